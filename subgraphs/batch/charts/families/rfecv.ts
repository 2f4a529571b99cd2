import type { ChartFamily } from '../chart-family.ts'
import type { RfecvData } from '../data/selection-data.ts'
import { bandOf } from '../input/cross-validate.ts'
import { folds } from '../input/folds.ts'
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
    const parts = folds(sample.target, options.number('folds'), sample.classes > 0, seed)
    const rows = [...parts.keys()]
    const common = { sample, params, step, seed, signal }
    // Each fold ranks on the rows it learns from: features chosen by held-out rows would score too well on them.
    const byFold: Elimination[] = []
    for (let fold = 0; fold < options.number('folds'); fold++) {
      const trainRows = rows.filter(row => parts[row] !== fold)
      const testRows = rows.filter(row => parts[row] === fold)
      byFold.push(await eliminate({ ...common, trainRows, testRows }))
    }
    // What is told of the features themselves is learned from all rows.
    const tries = await eliminate({ ...common, trainRows: rows, testRows: [] })
    const { mean, std } = bandOf(tries.map((_, i) => byFold.map(steps => steps[i]?.score ?? null)))
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

interface EliminateOptions extends Omit<Parameters<typeof refit>[0], 'columns'> {
  /** Features taken away at once. */
  step: number
}

/** From one column to all. */
type Elimination = { columns: readonly number[]; score: number | null }[]

/** Columns with the score on the test rows: by each fit those with the least gain are taken away. */
async function eliminate({ step, ...common }: EliminateOptions): Promise<Elimination> {
  const tries: Elimination = []
  let columns = [...common.sample.data.columns.keys()]
  for (;;) {
    common.signal?.throwIfAborted()
    const { scorer, testScore } = await refit({ ...common, columns })
    tries.push({ columns, score: testScore })
    if (columns.length === 1) return tries.reverse()
    const gain = scorer?.importances().gain ?? new Float64Array(columns.length)
    columns = columns
      .map((column, i) => ({ column, gain: gain[i] ?? 0 }))
      .sort((a, b) => b.gain - a.gain)
      .slice(0, Math.max(1, columns.length - step))
      .map(({ column }) => column)
      .sort((a, b) => a - b)
  }
}
