import { shapiroWilk } from '#learn/batch/statistics/shapiro-wilk.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { Rank1DData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { rankedBars } from '../vega/ranked-bars.ts'

export const rank1D: ChartFamily<Rank1DData> = {
  compute(input) {
    const { names, columns, sampled } = featureColumns(input)
    const seed = input.options.number('seed')
    return {
      data: {
        __typename: 'Rank1DData',
        features: names,
        score: columns.map(column => shapiroWilk(column, { seed })),
      },
      sampled,
    }
  },

  vega: ({ features, score }) =>
    rankedBars({
      names: features,
      values: score,
      nameTitle: 'feature',
      valueTitle: 'Shapiro-Wilk W',
      scale: { domain: [0, 1] },
    }),
}
