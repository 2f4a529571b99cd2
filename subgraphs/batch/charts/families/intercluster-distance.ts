import { mds } from '#learn/batch/statistics/mds.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { InterclusterDistanceData } from '../data/clustering-data.ts'
import { clusteredPoints } from '../input/clustered-points.ts'
import { classColor, quantitative } from '../vega/channels.ts'

export const interclusterDistance: ChartFamily<InterclusterDistanceData> = {
  compute({ run, options }) {
    const points = clusteredPoints(run, options.number('sample'), options.number('seed'))
    const { ids, centers, radii } = centersOf(points)
    const { width, sizes } = points
    const distances = ids.map((_, a) =>
      ids.map((_, b) => Math.sqrt(squared(centers, a * width, centers, b * width, width))),
    )
    const layout = mds(distances)
    return {
      data: {
        __typename: 'InterclusterDistanceData',
        centers: ids.map((id, i) => ({
          id,
          x: layout.points[i]?.x ?? 0,
          y: layout.points[i]?.y ?? 0,
          size: sizes[id] ?? 0,
          radius: radii[i] ?? 0,
        })),
        stress: Number.isFinite(layout.stress) ? layout.stress : null,
        distanceMatrix: distances,
      },
      sampled: points.sampled,
    }
  },

  vega({ centers }) {
    const scale = { zero: false, padding: 60 }
    const axis = { labels: false, ticks: false }
    const encoding = {
      x: quantitative('x', 'first dimension', { scale, axis }),
      y: quantitative('y', 'second dimension', { scale, axis }),
    }
    return {
      width: 420,
      height: 420,
      data: { values: centers.map(center => ({ ...center, cluster: String(center.id) })) },
      layer: [
        {
          mark: { type: 'circle', opacity: 0.55, tooltip: { content: 'data' } },
          encoding: {
            ...encoding,
            size: quantitative('size', 'Size', { scale: { range: [80, 4000] } }),
            color: classColor(
              'cluster',
              'Cluster',
              centers.map(({ id }) => String(id)),
            ),
          },
        },
        { mark: { type: 'text' }, encoding: { ...encoding, text: { field: 'cluster', type: 'nominal' } } },
      ],
    }
  },
}

interface Points {
  data: Float64Array
  width: number
  labels: Int32Array
  k: number
}

/** Means and root mean squared distances of the clusters that have rows. */
function centersOf({ data, width, labels, k }: Points): {
  ids: number[]
  centers: Float64Array
  radii: number[]
} {
  const sizes = new Float64Array(k)
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1
  const ids = [...sizes.keys()].filter(id => (sizes[id] ?? 0) > 0)
  const place = new Map(ids.map((id, i) => [id, i]))
  const centers = new Float64Array(ids.length * width)
  labels.forEach((label, row) => {
    const at = (place.get(label) ?? 0) * width
    const weight = 1 / (sizes[label] ?? 1)
    for (let c = 0; c < width; c++) {
      centers[at + c] = (centers[at + c] as number) + weight * (data[row * width + c] as number)
    }
  })
  const sums = new Float64Array(ids.length)
  labels.forEach((label, row) => {
    const i = place.get(label) ?? 0
    sums[i] = (sums[i] as number) + squared(data, row * width, centers, i * width, width)
  })
  return { ids, centers, radii: ids.map((id, i) => Math.sqrt((sums[i] ?? 0) / (sizes[id] ?? 1))) }
}

function squared(a: Float64Array, aStart: number, b: Float64Array, bStart: number, width: number): number {
  let sum = 0
  for (let c = 0; c < width; c++) sum += ((a[aStart + c] as number) - (b[bStart + c] as number)) ** 2
  return sum
}
