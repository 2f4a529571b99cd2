import { trustworthiness } from '#learn/batch/statistics/trustworthiness.ts'
import type { ChartFamily, ChartInput } from '../chart-family.ts'
import type { ManifoldData } from '../data/features-data.ts'
import { clusteredPoints } from '../input/clustered-points.ts'
import { embed } from '../input/embed.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { scaledMatrix } from '../input/scaled-matrix.ts'
import { targetValue } from '../input/target-value.ts'
import { TARGET_TITLE } from '../input/target-of.ts'
import { scatter } from '../vega/scatter.ts'

export const manifold: ChartFamily<ManifoldData> = {
  async compute(input) {
    const { run, options } = input
    // Clusters are where the clustering saw them.
    const { data, width, target, sampled } =
      run.model.task === 'clustering' ? clustersOf(input) : featuresOf(input)
    const { method, params, points, klDivergence } = await embed(data, width, options)
    return {
      data: {
        __typename: 'ManifoldData',
        method,
        params,
        points: Array.from({ length: sampled.n }, (_, row) => ({
          x: points[2 * row] ?? 0,
          y: points[2 * row + 1] ?? 0,
          target: targetValue(target, row),
        })),
        klDivergence,
        trustworthiness: trustworthiness({ data, width, embedding: points }),
      },
      sampled,
    }
  },

  vega: ({ points, method }) =>
    scatter({ points, xTitle: `${method} 1`, yTitle: `${method} 2`, targetTitle: TARGET_TITLE, height: 420 }),
}

function clustersOf({ run, options }: ChartInput) {
  const { labels, ...points } = clusteredPoints(run, options.number('sample'), options.number('seed'))
  return { ...points, target: Float64Array.from(labels) }
}

function featuresOf(input: ChartInput) {
  const { columns, target, sampled } = featureColumns(input)
  return { ...scaledMatrix(columns), target, sampled }
}
