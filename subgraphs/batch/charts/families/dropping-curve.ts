import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { DroppingCurveData } from '../data/selection-data.ts'
import { bandOf } from '../input/cross-validate.ts'
import { folds } from '../input/folds.ts'
import { refit, scorerOf } from '../input/refit.ts'
import { selectionSample } from '../input/selection-sample.ts'
import { scoreBands } from '../vega/score-bands.ts'

/** Smallest share of the features that is tried. */
const LEAST = 0.1

export const droppingCurve: ChartFamily<DroppingCurveData> = {
  async compute(input) {
    const { options, signal } = input
    const sample = selectionSample(input)
    const seed = options.number('seed')
    const count = options.number('folds')
    const sizes = options.number('sizes')
    const width = sample.data.columns.length
    const parts = folds(sample.target, count, sample.classes > 0, seed)
    const rows = [...parts.keys()]
    const featureFractions = Array.from({ length: sizes }, (_, i) => LEAST + ((1 - LEAST) * i) / (sizes - 1))
    const tries = []
    for (const fraction of featureFractions) {
      const scores = { train: [] as (number | null)[], test: [] as (number | null)[] }
      for (let fold = 0; fold < count; fold++) {
        signal?.throwIfAborted()
        // Each fold draws its own features.
        const columns = samplePositions(width, Math.max(1, Math.round(fraction * width)), seed + fold)
        const { trainScore, testScore } = await refit({
          sample,
          trainRows: rows.filter(row => parts[row] !== fold),
          testRows: rows.filter(row => parts[row] === fold),
          columns,
          params: { iterations: options.number('iterations') },
          seed,
          signal,
        })
        scores.train.push(trainScore)
        scores.test.push(testScore)
      }
      tries.push(scores)
    }
    return {
      data: {
        __typename: 'DroppingCurveData',
        scorer: scorerOf(sample.classes),
        featureFractions,
        train: bandOf(tries.map(({ train }) => train)),
        test: bandOf(tries.map(({ test }) => test)),
      },
      sampled: sample.sampled,
    }
  },

  vega: ({ featureFractions, train, test, scorer }) =>
    scoreBands({ at: featureFractions, atTitle: 'share of the features', train, test, scorer }),
}
