import { createRandom } from '#learn/math/random.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { FeatureImportancesData } from '../data/features-data.ts'
import { importanceOrder } from '../input/importance-order.ts'
import { meanContributions } from '../input/mean-contributions.ts'
import { meanLoss } from '../input/mean-loss.ts'
import { rankedModel } from '../input/ranked-model.ts'
import { momentsOf } from '../input/cross-validate.ts'
import { rankedBars } from '../vega/ranked-bars.ts'

/** Rows whose contributions are averaged; a row costs as much as thousands of predictions. */
const EXPLAINED = 40

export const featureImportances: ChartFamily<FeatureImportancesData> = {
  async compute(input) {
    const { options, signal } = input
    const { scorer, data, target, classes, sampled } = await rankedModel(input)
    const { gain, split } = scorer.importances()
    const total = gain.reduce((sum, value) => sum + value, 0)
    const base = meanLoss(scorer, data, target, classes)
    const random = createRandom(options.number('seed'))
    const outputOf = (row: number) => (scorer.outputs > 1 ? (target[row] as number) : 0)
    const meanAbs = meanContributions({ scorer, data, rows: EXPLAINED, outputOf })
    const features = data.columns.map(({ name }, column) => {
      signal?.throwIfAborted()
      // A column without splits may still count, such as one whose value the score is multiplied by.
      const isUsed = [gain, split, meanAbs].some(of => (of[column] ?? 0) > 0)
      const growths = Array.from({ length: options.number('repeats') }, () =>
        isUsed ? meanLoss(scorer, shuffled(data, column), target, classes) - base : 0,
      )
      const { mean, std } = momentsOf(growths)
      return {
        name,
        gain: total > 0 ? (gain[column] ?? 0) / total : 0,
        split: split[column] ?? 0,
        permutationMean: mean,
        permutationStd: std,
        meanAbsShap: meanAbs[column] ?? null,
      }
    })
    return {
      data: {
        __typename: 'FeatureImportancesData',
        features: importanceOrder(gain, meanAbs)
          .slice(0, options.number('top'))
          .flatMap(column => features[column] ?? []),
      },
      sampled,
    }

    function shuffled({ rows, columns, values }: Dataset, column: number): Dataset {
      const mixed = values[column]?.slice() ?? new Float64Array(rows)
      for (let i = rows - 1; i > 0; i--) {
        const other = random.below(i + 1)
        const kept = mixed[i] as number
        mixed[i] = mixed[other] as number
        mixed[other] = kept
      }
      return { rows, columns, values: values.with(column, mixed) }
    }
  },

  vega({ features }) {
    const isByGain = features.every(({ gain }, i) => i === 0 || (gain ?? 0) <= (features[i - 1]?.gain ?? 0))
    return rankedBars({
      names: features.map(({ name }) => name),
      values: features.map(({ gain, meanAbsShap }) => (isByGain ? gain : meanAbsShap)),
      nameTitle: 'feature',
      valueTitle: isByGain ? 'share of the loss reduction' : 'mean |SHAP|',
    })
  },
}
