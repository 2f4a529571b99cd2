import { silhouetteSamples } from '#learn/batch/clustering/silhouette-samples.ts'
import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { SilhouetteData } from '../data/clustering-data.ts'
import { clusteredPoints } from '../input/clustered-points.ts'
import { classColor, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** Values of a cluster beyond which they are thinned. */
const MOST_VALUES = 500
/** Bars of a cluster. */
const MOST_DRAWN = 125

export const silhouette: ChartFamily<SilhouetteData> = {
  compute({ run, options }) {
    const { sampled, ...points } = clusteredPoints(run, options.number('sample'), options.number('seed'))
    const samples = silhouetteSamples(points)
    const clusters = Array.from({ length: points.k }, (_, id) => {
      const sorted = samples.filter((_, row) => points.labels[row] === id).sort()
      return { id, size: sorted.length, values: thinned(sorted).reverse(), mean: meanOf(sorted) }
    })
    return { data: { __typename: 'SilhouetteData', clusters, average: meanOf(samples) }, sampled }
  },

  vega({ clusters, average }) {
    let row = 0
    const values = clusters.flatMap(({ id, values }) =>
      drawn(values).map(value => ({ cluster: String(id), row: row++, next: row, silhouette: value })),
    )
    const x = quantitative('silhouette', 'silhouette')
    return {
      width: 420,
      height: 420,
      layer: [
        {
          data: { values },
          mark: { type: 'bar', tooltip: true },
          encoding: {
            x,
            y: quantitative('row', 'rows by cluster', {
              axis: { labels: false, ticks: false, grid: false },
              bin: 'binned',
            }),
            y2: { field: 'next' },
            color: classColor(
              'cluster',
              'Cluster',
              clusters.map(({ id }) => String(id)),
            ),
          },
        },
        {
          data: { values: average === null ? [] : [{ silhouette: average }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: true },
          encoding: { x },
        },
      ],
    }
  },
}

function thinned(sorted: Float64Array): number[] {
  if (sorted.length <= MOST_VALUES) return [...sorted]
  return percentiles(
    sorted,
    Array.from({ length: MOST_VALUES }, (_, i) => i / (MOST_VALUES - 1)),
  )
}

/** Every few of them: more bars than pixels show nothing more. */
function drawn(values: readonly number[]): number[] {
  const step = Math.ceil(values.length / MOST_DRAWN)
  return values.filter((_, i) => i % step === 0)
}

function meanOf(values: Float64Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
