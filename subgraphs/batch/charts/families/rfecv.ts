import type { ChartFamily } from '../chart-family.ts'
import type { RfecvData } from '../data/selection-data.ts'
import { bandOf, crossValidate } from '../input/cross-validate.ts'
import { refit, scorerOf } from '../input/refit.ts'
import { selectionSample } from '../input/selection-sample.ts'
import { quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** Steps in which features are taken away, if the options do not say how many at once. */
const STEPS = 6

export const rfecv: ChartFamily<RfecvData> = {
  async compute(input) {
    const { options, signal } = input
    const sample = selectionSample(input)
    const seed = options.number('seed')
    const params = { iterations: options.number('iterations') }
    const features = sample.data.columns.map(({ name }) => name)
    const step = options.numberOrNull('step') ?? Math.max(1, Math.ceil(features.length / STEPS))
    const rows = [...sample.target.keys()]
    const tries: { columns: readonly number[]; test: readonly (number | null)[] }[] = []
    let columns = [...features.keys()]
    for (;;) {
      const { test } = await crossValidate({
        sample,
        folds: options.number('folds'),
        params,
        columns,
        seed,
        signal,
      })
      tries.push({ columns, test })
      if (columns.length === 1) break
      // Ranked on all rows of the sample: one order for all folds.
      const { scorer } = await refit({ sample, trainRows: rows, testRows: [], columns, params, seed, signal })
      const gain = scorer?.importances().gain ?? new Float64Array(columns.length)
      const ranked = columns
        .map((column, i) => ({ column, gain: gain[i] ?? 0 }))
        .sort((a, b) => b.gain - a.gain)
      columns = ranked
        .slice(0, Math.max(1, columns.length - step))
        .map(({ column }) => column)
        .sort((a, b) => a - b)
    }
    tries.reverse()
    const { mean, std } = bandOf(tries.map(({ test }) => test))
    // Of equals the one with fewer features.
    const bestTry = mean.reduce<number>(
      (at, score, i) => ((score ?? -Infinity) > (mean[at] ?? -Infinity) ? i : at),
      0,
    )
    return {
      data: {
        __typename: 'RfecvData',
        scorer: scorerOf(sample.classes),
        nFeatures: tries.map(({ columns }) => columns.length),
        mean,
        std,
        best: tries[bestTry]?.columns.length ?? 0,
        features,
        ranking: features.map((_, column) => {
          const since = tries.findIndex(({ columns }) => columns.includes(column))
          return since <= bestTry ? 1 : 1 + since - bestTry
        }),
      },
      sampled: sample.sampled,
    }
  },

  vega({ nFeatures, mean, std, scorer, best }) {
    const values = nFeatures.map((features, i) => {
      const [score, spread] = [mean[i] ?? null, std[i] ?? 0]
      return {
        features,
        score,
        low: score === null ? null : score - spread,
        high: score === null ? null : score + spread,
      }
    })
    const x = quantitative('features', 'features', { axis: { tickMinStep: 1, format: 'd' } })
    const scale = { scale: { zero: false } }
    return {
      data: { values },
      layer: [
        {
          mark: { type: 'area', opacity: 0.2, color: palette.main },
          encoding: { x, y: quantitative('low', scorer, scale), y2: { field: 'high' } },
        },
        {
          mark: { type: 'line', point: true, color: palette.main, tooltip: true },
          encoding: { x, y: quantitative('score', scorer, scale) },
        },
        {
          data: { values: [{ features: best }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.other, tooltip: true },
          encoding: { x },
        },
      ],
    }
  },
}
