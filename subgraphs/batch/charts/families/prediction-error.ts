import { predictionError as errorOf } from '#learn/batch/evaluation/prediction-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { PredictionErrorData } from '../data/regression-data.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { predictedRows } from '../input/predicted-rows.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const predictionError: ChartFamily<PredictionErrorData> = {
  compute(input) {
    const { rows, sampled } = predictedRows(partOfRun(input))
    const seed = input.options.number('seed')
    const { points, identity, bestFit, r2 } = errorOf({
      ...rows,
      maxPoints: input.options.number('sample'),
      seed,
    })
    return {
      data: {
        __typename: 'PredictionErrorData',
        points,
        identity: identity ?? { min: 0, max: 0 },
        bestFit: { slope: bestFit?.slope ?? null, intercept: bestFit?.intercept ?? null },
        r2,
      },
      sampled: { n: points.length, of: sampled.of, seed },
    }
  },

  vega({ points, identity: { min, max }, bestFit: { slope, intercept }, r2 }) {
    const encoding = {
      x: quantitative('actual', 'truth', { scale: { zero: false } }),
      y: quantitative('predicted', r2 === null ? 'prediction' : `prediction (R² ${r2.toFixed(4)})`, {
        scale: { zero: false },
      }),
    }
    const ends = [min, max]
    return {
      width: 400,
      height: 400,
      layer: [
        {
          data: { values: points },
          mark: { type: 'circle', size: 16, opacity: 0.5, color: palette.main, tooltip: true },
          encoding,
        },
        {
          data: { values: ends.map(actual => ({ actual, predicted: actual })) },
          mark: { type: 'line', strokeDash: [4, 4], color: palette.quiet },
          encoding,
        },
        {
          data: {
            values:
              slope === null || intercept === null
                ? []
                : ends.map(actual => ({ actual, predicted: intercept + slope * actual })),
          },
          mark: { type: 'line', color: palette.other },
          encoding,
        },
      ],
    }
  },
}
