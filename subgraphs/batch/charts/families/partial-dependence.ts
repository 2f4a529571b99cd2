import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily, ChartInput } from '../chart-family.ts'
import type { PartialDependenceData, PartialDependenceFeature } from '../data/features-data.ts'
import { categoryLabel } from '../input/category-label.ts'
import { createAnswers } from '../input/create-answers.ts'
import { featureGrid } from '../input/feature-grid.ts'
import { rankedFeatures } from '../input/ranked-features.ts'
import { takeRows } from '../input/take-rows.ts'
import { named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

/** Features that are shown unless others are asked for. */
const FEATURES = 6
const MOST_FEATURES = 12
const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

export const partialDependence: ChartFamily<PartialDependenceData> = {
  compute(input) {
    const { run, options } = input
    const { train, model } = run
    const seed = options.number('seed')
    const rows = samplePositions(train.rows, options.number('sample'), seed)
    const sample = takeRows(train, rows)
    const answers = createAnswers(run)
    const ice = options.number('ice')
    const features = columnsOf(input).map((column): PartialDependenceFeature => {
      input.signal?.throwIfAborted()
      const isNominal = train.columns[column]?.kind === 'nominal'
      const grid = featureGrid(train, { column, steps: options.number('grid'), from: 0.05, to: 0.95 })
      const curves = grid.map(value => answers.at(sample, column, value))
      const known = isNominal
        ? []
        : Float64Array.from(train.values[column] ?? [])
            .filter(Number.isFinite)
            .sort()
      return {
        name: train.columns[column]?.name ?? '',
        kind: isNominal ? 'categorical' : 'numeric',
        grid,
        labels: isNominal ? grid.map(code => categoryLabel(model, column, code)) : [],
        average: curves.map(meanOf),
        ice:
          ice === 0
            ? null
            : Array.from({ length: Math.min(ice, rows.length) }, (_, row) =>
                curves.map(curve => curve[row] ?? null),
              ),
        deciles: percentiles(known, DECILES),
      }
    })
    return {
      data: { __typename: 'PartialDependenceData', answer: answers.title, features },
      sampled: { n: rows.length, of: train.of, seed },
    }
  },

  vega({ features, answer }) {
    const y = quantitative('answer', answer, { scale: { zero: false } })
    return {
      columns: 3,
      concat: features.map(({ name, kind, grid, labels, average, ice, deciles }) => {
        const size = { width: 180, height: 140 }
        const data = {
          values: grid.map((value, i) => ({
            value: kind === 'numeric' ? value : labels[i],
            answer: average[i] ?? null,
          })),
        }
        if (kind === 'categorical') {
          return {
            ...size,
            data,
            mark: { type: 'point', filled: true, color: palette.main, tooltip: true },
            encoding: { x: named('value', name, { axis: { labelAngle: -50, labelLimit: 70 } }), y },
          }
        }
        const x = quantitative('value', name, { scale: { zero: false } })
        const single = (ice ?? []).flatMap((curve, row) =>
          curve.map((one, i) => ({ row, value: grid[i], answer: one })),
        )
        return {
          ...size,
          layer: [
            {
              data: { values: single },
              mark: { type: 'line', color: palette.quiet, opacity: 0.3, strokeWidth: 1 },
              encoding: { x, y, detail: { field: 'row', type: 'nominal' } },
            },
            { data, mark: { type: 'line', color: palette.main, tooltip: true }, encoding: { x, y } },
            {
              data: { values: inside(deciles, grid).map(value => ({ value })) },
              mark: {
                type: 'tick',
                color: palette.quiet,
                thickness: 1,
                size: 8,
                orient: 'vertical',
                yOffset: 0,
              },
              encoding: { x, y: { value: size.height - 4 } },
            },
          ],
        }
      }),
    }
  },
}

function columnsOf({ run, options }: ChartInput): number[] {
  const names = run.train.columns.map(({ name }) => name)
  const given = options.textsOrNull('features')
  if (given === null) return rankedFeatures(run).slice(0, FEATURES)
  const columns = [...new Set(given)].map(name => names.indexOf(name))
  if (!columns.includes(-1) && columns.length <= MOST_FEATURES) return columns
  throw new CodedError(
    'BAD_USER_INPUT',
    `options.features: ${JSON.stringify(given)} given, at most ${MOST_FEATURES} of ${names.join(', ')} wanted.`,
  )
}

function inside(values: readonly number[], grid: readonly number[]): number[] {
  return [...new Set(values)].filter(value => value >= (grid[0] ?? 0) && value <= (grid.at(-1) ?? 0))
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
