import type { Category } from '#learn/batch/dataset.ts'
import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { clusterCounts } from './cluster-counts.ts'
import type { RunData } from './run-data.ts'

/** How a feature is distributed within a cluster. */
export interface ClusterProfile {
  readonly cluster: number
  /** Rows of the training data in it. */
  readonly size: number
  readonly feature: string
  readonly kind: 'numeric' | 'nominal'
  /** Most frequent values first; none for a numeric feature. */
  readonly values: readonly ClusterValue[]
  /** Of a numeric feature, over the rows that have it; null where none has. */
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly median: number | null
  readonly min: number | null
  readonly max: number | null
  readonly missing: number
}

export interface ClusterValue {
  /** As events have it; null where it is missing. */
  readonly value: Category | null
  readonly count: number
  /** Of the cluster's rows. */
  readonly share: number
  /** Share in the cluster by share among all rows. */
  readonly lift: number
}

interface Options {
  /** Name of a column of the model. */
  feature: string
  /** Most values of a nominal feature. */
  top?: number
}

const NO_FIGURES = { mean: null, standardDeviation: null, median: null, min: null, max: null }

/**
 * A feature in each cluster of a clustering, by the order of their ids.
 * @throws CodedError `BAD_USER_INPUT` for a feature that the model does not have.
 */
export function clusterProfiles(run: RunData, { feature, top = 20 }: Options): ClusterProfile[] {
  const { train } = run
  const column = train.columns.findIndex(({ name }) => name === feature)
  const found = train.columns[column]
  const values = train.values[column]
  if (!found || !values) {
    const wanted = train.columns.map(({ name }) => name).join(', ')
    throw new CodedError(
      'BAD_USER_INPUT',
      `feature: ${JSON.stringify(feature.slice(0, 100))} given, one of ${wanted} wanted.`,
    )
  }
  const clusters = train.extra['cluster'] ?? new Float64Array(train.rows).fill(Number.NaN)
  const sizes = clusterCounts(run)
  if (found.kind === 'numeric') {
    return sizes.map((size, cluster) => {
      const own = Float64Array.from(values).filter(
        (value, i) => clusters[i] === cluster && Number.isFinite(value),
      )
      return {
        cluster,
        size,
        feature,
        kind: 'numeric',
        values: [],
        ...figuresOf(own),
        missing: size - own.length,
      }
    })
  }
  const categories = found.categories ?? []
  const slots = categories.length + 2
  const all = new Float64Array(slots)
  const counts = sizes.map(() => new Float64Array(slots))
  let rows = 0
  for (let i = 0; i < train.rows; i++) {
    const own = counts[clusters[i] ?? -1]
    if (!own) continue
    // Missing is -1.
    const slot = (values[i] ?? -1) + 1
    own[slot] = (own[slot] ?? 0) + 1
    all[slot] = (all[slot] ?? 0) + 1
    rows++
  }
  return sizes.map((size, cluster) => {
    const own = counts[cluster] ?? new Float64Array(slots)
    const ranked = [...own.keys()]
      .filter(slot => (own[slot] ?? 0) > 0)
      .sort((a, b) => (own[b] ?? 0) - (own[a] ?? 0))
    return {
      cluster,
      size,
      feature,
      kind: 'nominal',
      values: ranked.slice(0, top).map(slot => {
        const count = own[slot] ?? 0
        const share = count / size
        return { value: categories[slot - 1] ?? null, count, share, lift: (share * rows) / (all[slot] ?? 1) }
      }),
      ...NO_FIGURES,
      missing: own[0] ?? 0,
    }
  })
}

function figuresOf(values: Float64Array) {
  const sorted = values.sort()
  if (sorted.length === 0) return NO_FIGURES
  let mean = 0
  let squares = 0
  sorted.forEach((value, i) => {
    const before = value - mean
    mean += before / (i + 1)
    squares += before * (value - mean)
  })
  return {
    mean,
    standardDeviation: Math.sqrt(squares / sorted.length),
    median: percentiles(sorted, [0.5])[0] ?? null,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
  }
}
