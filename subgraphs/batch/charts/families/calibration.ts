import { calibrationCurve } from '#learn/batch/evaluation/calibration-curve.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { CalibrationData } from '../data/classification-data.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { scoredRows } from '../input/scored-rows.ts'
import { share } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const calibration: ChartFamily<CalibrationData> = {
  compute(input) {
    const { labels, scores, sampled } = scoredRows(partOfRun(input))
    const curve = calibrationCurve({
      labels,
      scores,
      bins: input.options.number('bins'),
      strategy: input.options.text('strategy') === 'UNIFORM' ? 'uniform' : 'quantile',
    })
    return { data: { __typename: 'CalibrationData', ...curve }, sampled }
  },

  vega({ bins }) {
    const x = share('meanPredicted', 'mean score')
    const y = share('fractionPositive', 'share of positives')
    return {
      width: 400,
      height: 400,
      data: { values: bins },
      layer: [
        {
          data: {
            values: [
              { meanPredicted: 0, fractionPositive: 0 },
              { meanPredicted: 1, fractionPositive: 1 },
            ],
          },
          mark: { type: 'line', strokeDash: [4, 4], color: palette.quiet },
          encoding: { x, y },
        },
        {
          mark: { type: 'rule', color: palette.main, opacity: 0.5 },
          encoding: { x, y: share('ciLow', 'share of positives'), y2: { field: 'ciHigh' } },
        },
        {
          mark: { type: 'line', point: true, color: palette.main, tooltip: { content: 'data' } },
          encoding: { x, y },
        },
      ],
    }
  },
}
