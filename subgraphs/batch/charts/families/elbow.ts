import { calinskiHarabasz } from '#learn/batch/clustering/calinski-harabasz.ts'
import { daviesBouldin } from '#learn/batch/clustering/davies-bouldin.ts'
import { elbowOf } from '#learn/batch/clustering/elbow.ts'
import { kMeans } from '#learn/batch/clustering/k-means.ts'
import { silhouetteSamples } from '#learn/batch/clustering/silhouette-samples.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ElbowData } from '../data/clustering-data.ts'
import type { Gap } from '../data/gap.ts'
import { clusteredPoints } from '../input/clustered-points.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** Starts of each fit: few, since the chart compares numbers of clusters and keeps none of the models. */
const RESTARTS = 2
const ITERATIONS = 60
/** Rows that silhouettes are of: each is compared with every other. */
const SILHOUETTE_ROWS = 800

export const elbow: ChartFamily<ElbowData> = {
  compute({ run, options, signal }) {
    const [from, to] = [options.number('from'), options.number('to')]
    if (from >= to) {
      throw new CodedError(
        'BAD_USER_INPUT',
        `options.from ${from} and options.to ${to} given, from < to wanted.`,
      )
    }
    const seed = options.number('seed')
    const metric = options.text('metric')
    const { data, width, sampled } = clusteredPoints(run, options.number('sample'), seed)
    const rows = sampled.n
    // The same ones for every number of clusters, so that the tries can be compared.
    const few = samplePositions(rows, SILHOUETTE_ROWS, seed)
    const points: Points = { data, width, few, someData: gathered(data, width, few) }
    const tries = []
    for (let k = from; k <= Math.min(to, rows - 1); k++) {
      signal?.throwIfAborted()
      const startedAt = performance.now()
      const fit = kMeans({ data, width, k, seed, restarts: RESTARTS, maxIterations: ITERATIONS })
      const fitMs = performance.now() - startedAt
      tries.push({ k, fitMs, inertia: fit.inertia, ...measures(points, fit.labels, k) })
    }
    const ks = tries.map(({ k }) => k)
    const distortion = tries.map(({ inertia }) => inertia / rows)
    const bend = elbowOf(ks, distortion)
    const columns = {
      k: ks,
      distortion,
      inertia: tries.map(({ inertia }) => inertia),
      silhouette: tries.map(({ silhouette }) => silhouette),
      calinskiHarabasz: tries.map(({ calinskiHarabasz }) => calinskiHarabasz),
      daviesBouldin: tries.map(({ daviesBouldin }) => daviesBouldin),
    }
    return {
      data: {
        __typename: 'ElbowData',
        ...columns,
        fitMs: tries.map(({ fitMs }) => fitMs),
        metric,
        elbowK: bend?.k ?? null,
        elbowScore: bend ? (distortion[ks.indexOf(bend.k)] ?? null) : null,
        bestK: metric === 'distortion' ? (bend?.k ?? null) : bestOf(ks, columns[metricName(metric)], metric),
      },
      sampled,
    }
  },

  vega(data) {
    const { k, metric, elbowK, bestK, fitMs } = data
    const values = k.map((count, i) => ({
      k: count,
      value: data[metricName(metric)][i] ?? null,
      fitMs: fitMs[i],
    }))
    const marks = [
      ...(elbowK === null ? [] : [{ k: elbowK, mark: 'elbow of the distortion' }]),
      ...(bestK === null || bestK === elbowK ? [] : [{ k: bestK, mark: `best ${metric}` }]),
    ]
    const x = quantitative('k', 'clusters', { axis: { tickMinStep: 1, format: 'd' }, scale: { zero: false } })
    return {
      layer: [
        {
          data: { values },
          mark: { type: 'line', point: true, color: palette.main, tooltip: { content: 'data' } },
          encoding: { x, y: quantitative('value', metric, { scale: { zero: false } }) },
        },
        {
          data: { values: marks },
          mark: { type: 'rule', strokeDash: [4, 4], tooltip: true },
          encoding: {
            x,
            color: {
              field: 'mark',
              type: 'nominal',
              title: null,
              scale: { range: [palette.other, palette.third] },
            },
          },
        },
      ],
    }
  },
}

type Measure = 'silhouette' | 'distortion' | 'calinskiHarabasz' | 'daviesBouldin'

function metricName(metric: string): Measure {
  return metric as Measure
}

interface Points {
  data: Float64Array
  width: number
  /** Rows that silhouettes are of, drawn from all of them: rows are in the order of time. */
  few: readonly number[]
  someData: Float64Array
}

function gathered(data: Float64Array, width: number, rows: readonly number[]): Float64Array {
  const out = new Float64Array(rows.length * width)
  rows.forEach((row, i) => out.set(data.subarray(row * width, (row + 1) * width), i * width))
  return out
}

function measures({ data, width, few, someData }: Points, labels: Int32Array, k: number) {
  const points = { data, width, labels, k }
  const some = { data: someData, width, labels: Int32Array.from(few, row => labels[row] as number), k }
  return {
    silhouette: orNull(() => meanOf(silhouetteSamples(some))),
    calinskiHarabasz: orNull(() => calinskiHarabasz(points)),
    daviesBouldin: orNull(() => daviesBouldin(points)),
  }
}

/** Null where a draw has fewer than two clusters, or no spread. */
function orNull(measure: () => number): Gap {
  try {
    const value = measure()
    return Number.isFinite(value) ? value : null
  } catch (error) {
    if ((error as { code?: string }).code === 'FEW_CLUSTERS') return null
    throw error
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function bestOf(ks: readonly number[], scores: readonly Gap[], metric: string): number | null {
  const sign = metric === 'daviesBouldin' ? -1 : 1
  const best = scores.reduce<number>((at, score, i) => {
    const soFar = scores[at] ?? null
    return score !== null && (soFar === null || sign * score > sign * soFar) ? i : at
  }, 0)
  return scores[best] === null ? null : (ks[best] ?? null)
}
