import type { ChartFamily } from '../chart-family.ts'
import type { CvScoresData } from '../data/selection-data.ts'
import { crossValidate, momentsOf } from '../input/cross-validate.ts'
import { scorerOf } from '../input/refit.ts'
import { selectionSample } from '../input/selection-sample.ts'
import { named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const cvScores: ChartFamily<CvScoresData> = {
  async compute(input) {
    const { options, signal } = input
    const sample = selectionSample(input)
    const splits = options.number('splits')
    const { test } = await crossValidate({
      sample,
      folds: splits,
      params: { iterations: options.number('iterations') },
      seed: options.number('seed'),
      signal,
    })
    return {
      data: {
        __typename: 'CvScoresData',
        scorer: scorerOf(sample.classes),
        folds: test.map((_, fold) => fold + 1),
        scores: test,
        ...momentsOf(test),
      },
      sampled: sample.sampled,
    }
  },

  vega: ({ scorer, folds, scores, mean }) => ({
    layer: [
      {
        data: { values: folds.map((fold, i) => ({ fold: String(fold), score: scores[i] ?? null })) },
        mark: { type: 'bar', color: palette.main, tooltip: true },
        encoding: { x: named('fold', 'fold', { axis: { labelAngle: 0 } }), y: quantitative('score', scorer) },
      },
      {
        data: { values: mean === null ? [] : [{ score: mean }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: palette.other, tooltip: true },
        encoding: { y: quantitative('score', scorer) },
      },
    ],
  }),
}
