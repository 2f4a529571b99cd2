import { pca } from '#learn/batch/statistics/pca.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { Pca2DData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { targetValue } from '../input/target-value.ts'
import { TARGET_TITLE } from '../input/target-of.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'
import { scatter } from '../vega/scatter.ts'

export const pca2D: ChartFamily<Pca2DData> = {
  compute(input) {
    const { names, columns, target, sampled } = featureColumns(input)
    const fit = pca(columns)
    const [first, second] = fit.project(columns, 2)
    return {
      data: {
        __typename: 'Pca2DData',
        points: Array.from({ length: sampled.n }, (_, row) => ({
          x: first?.[row] ?? 0,
          y: second?.[row] ?? 0,
          target: targetValue(target, row),
        })),
        loadings: names.map((feature, c) => ({
          feature,
          pc1: fit.components[0]?.[c] ?? null,
          pc2: fit.components[1]?.[c] ?? null,
        })),
        explainedVarianceRatio: fit.explainedVarianceRatio,
        cumulative: fit.cumulative,
        nFor95: fit.nFor95,
      },
      sampled,
    }
  },

  vega({ points, loadings, explainedVarianceRatio }) {
    const title = (component: number) =>
      `component ${component + 1} (${(100 * (explainedVarianceRatio[component] ?? 0)).toFixed(1)} % of variance)`
    // Arrows as long as the cloud is wide.
    const reach = 0.9 * Math.max(...points.map(({ x, y }) => Math.max(Math.abs(x), Math.abs(y))), 1e-9)
    const arrows = loadings.map(({ feature, pc1, pc2 }) => ({
      feature,
      x0: 0,
      y0: 0,
      x: reach * (pc1 ?? 0),
      y: reach * (pc2 ?? 0),
    }))
    const { data, mark, encoding, ...size } = scatter({
      points,
      xTitle: title(0),
      yTitle: title(1),
      targetTitle: TARGET_TITLE,
    })
    const tip = { x: quantitative('x', title(0)), y: quantitative('y', title(1)) }
    return {
      ...size,
      layer: [
        { data, mark, encoding },
        {
          data: { values: arrows },
          layer: [
            {
              mark: { type: 'rule', color: palette.quiet },
              encoding: {
                x: quantitative('x0', title(0)),
                y: quantitative('y0', title(1)),
                x2: { field: 'x' },
                y2: { field: 'y' },
              },
            },
            {
              mark: { type: 'text', fontSize: 9, align: 'left', dx: 3 },
              encoding: { ...tip, text: { field: 'feature', type: 'nominal' } },
            },
          ],
        },
      ],
    }
  },
}
