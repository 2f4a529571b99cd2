import { ksStatistic as statisticOf } from '#learn/batch/evaluation/ks-statistic.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { KsStatisticData } from '../data/classification-data.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { scoredRows } from '../input/scored-rows.ts'
import { classColor, quantitative, share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const ksStatistic: ChartFamily<KsStatisticData> = {
  compute(input) {
    const { labels, scores, sampled } = scoredRows(partOfRun(input))
    const statistic = statisticOf({ labels, scores, maxPoints: input.options.number('points') })
    return { data: { __typename: 'KsStatisticData', ...statistic }, sampled }
  },

  vega({ thresholds, cdfNegative, cdfPositive, ks, ksThreshold }) {
    const values = thresholds.flatMap((threshold, i) => [
      { threshold, class: '0', share: cdfNegative[i] },
      { threshold, class: '1', share: cdfPositive[i] },
    ])
    const x = quantitative('threshold', 'score')
    const y = share('share', 'share of the class up to the score')
    return {
      layer: [
        {
          data: { values },
          mark: { type: 'line', interpolate: 'step-after', tooltip: true },
          encoding: { x, y, color: classColor('class', 'Class', ['0', '1']) },
        },
        {
          data: { values: ksThreshold === null ? [] : [{ threshold: ksThreshold, distance: ks }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: { content: 'data' } },
          encoding: { x },
        },
      ],
    }
  },
}
