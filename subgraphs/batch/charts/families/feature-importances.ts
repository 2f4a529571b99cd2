import { createRandom } from '#learn/math/random.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { FeatureImportancesData } from '../data/features-data.ts'
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
    const meanAbs = meanAbsShap()
    const features = data.columns.map(({ name }, column) => {
      signal?.throwIfAborted()
      const growths = Array.from({ length: options.number('repeats') }, () =>
        (gain[column] ?? 0) === 0 && (split[column] ?? 0) === 0
          ? 0
          : meanLoss(scorer, shuffled(data, column), target, classes) - base,
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
        features: features.sort((a, b) => b.gain - a.gain).slice(0, options.number('top')),
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

    function meanAbsShap(): Float64Array {
      const sums = new Float64Array(data.columns.length)
      const step = Math.max(1, data.rows / EXPLAINED)
      const rows = Math.min(data.rows, EXPLAINED)
      const row = new Float64Array(data.columns.length)
      for (let i = 0; i < rows; i++) {
        const at = Math.floor(i * step)
        data.values.forEach((values, c) => {
          row[c] = values[at] as number
        })
        const contributions = scorer.contributions(row, scorer.outputs > 1 ? target[at] : 0)
        sums.forEach((sum, c) => {
          sums[c] = sum + Math.abs(contributions[c] as number) / rows
        })
      }
      return sums
    }
  },

  vega: ({ features }) =>
    rankedBars({
      names: features.map(({ name }) => name),
      values: features.map(({ gain }) => gain),
      nameTitle: 'feature',
      valueTitle: 'share of the loss reduction',
    }),
}
