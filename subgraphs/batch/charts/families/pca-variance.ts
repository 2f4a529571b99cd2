import { pca } from '#learn/batch/statistics/pca.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { PcaVarianceData } from '../data/features-data.ts'
import { featureColumns } from '../input/feature-columns.ts'
import { quantitative, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const pcaVariance: ChartFamily<PcaVarianceData> = {
  compute(input) {
    const { columns, sampled } = featureColumns(input)
    const { explainedVarianceRatio, cumulative, nFor95 } = pca(columns)
    return { data: { __typename: 'PcaVarianceData', explainedVarianceRatio, cumulative, nFor95 }, sampled }
  },

  vega({ explainedVarianceRatio, cumulative, nFor95 }) {
    const x = quantitative('component', 'component', { axis: { tickMinStep: 1, format: 'd' } })
    const values = explainedVarianceRatio.map((ratio, i) => ({
      component: i + 1,
      ratio,
      cumulative: cumulative[i],
    }))
    return {
      layer: [
        {
          data: { values },
          mark: { type: 'bar', color: palette.main, width: 14, tooltip: { content: 'data' } },
          encoding: { x, y: share('ratio', 'share of variance') },
        },
        {
          data: { values },
          mark: { type: 'line', point: true, color: palette.other, tooltip: { content: 'data' } },
          encoding: { x, y: share('cumulative', 'share of variance') },
        },
        {
          data: { values: nFor95 > 0 ? [{ component: nFor95 }] : [] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet },
          encoding: { x },
        },
      ],
    }
  },
}
