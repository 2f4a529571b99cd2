import type { ChartFamily } from '../chart-family.ts'
import type { LearningCurveData } from '../data/selection-data.ts'
import { bandOf, crossValidate } from '../input/cross-validate.ts'
import { scorerOf } from '../input/refit.ts'
import { selectionSample } from '../input/selection-sample.ts'
import { scoreBands } from '../vega/score-bands.ts'

/** Smallest share of the rows that is tried. */
const LEAST = 0.1

export const learningCurve: ChartFamily<LearningCurveData> = {
  async compute(input) {
    const { options, signal } = input
    const sample = selectionSample(input)
    const folds = options.number('folds')
    const sizes = options.number('sizes')
    const most = Math.floor((sample.sampled.n * (folds - 1)) / folds)
    const trainSizes = Array.from({ length: sizes }, (_, i) =>
      Math.floor(most * (LEAST + ((1 - LEAST) * i) / (sizes - 1))),
    )
    const tries = []
    for (const trainRows of trainSizes) {
      tries.push(
        await crossValidate({
          sample,
          folds,
          trainRows,
          params: { iterations: options.number('iterations') },
          seed: options.number('seed'),
          signal,
        }),
      )
    }
    return {
      data: {
        __typename: 'LearningCurveData',
        scorer: scorerOf(sample.classes),
        trainSizes,
        train: bandOf(tries.map(({ train }) => train)),
        test: bandOf(tries.map(({ test }) => test)),
        fitMs: tries.map(({ fitMs }) => fitMs),
      },
      sampled: sample.sampled,
    }
  },

  vega: ({ trainSizes, train, test, scorer }) =>
    scoreBands({ at: trainSizes, atTitle: 'rows learned from', train, test, scorer }),
}
