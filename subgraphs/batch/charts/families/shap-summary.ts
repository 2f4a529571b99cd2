import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ShapSummaryData } from '../data/features-data.ts'
import { explainedRow } from '../input/explained-row.ts'
import { rangeOf } from '../input/range-of.ts'
import { named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const shapSummary: ChartFamily<ShapSummaryData> = {
  compute({ run, options, signal }) {
    const { model, train, test } = run
    // What it learned from is explained best by what it did not learn from.
    const table = test && test.rows > 0 ? test : train
    const seed = options.number('seed')
    const positions = samplePositions(table.rows, options.number('sample'), seed)
    const rows = positions.map(position => {
      signal?.throwIfAborted()
      return explainedRow(model, table, position)
    })
    const meanAbs = table.columns.map(
      (_, c) => rows.reduce((sum, { shap }) => sum + Math.abs(shap[c] ?? 0), 0) / rows.length,
    )
    const order = [...meanAbs.keys()]
      .sort((a, b) => (meanAbs[b] ?? 0) - (meanAbs[a] ?? 0))
      .slice(0, options.number('top'))
    return {
      data: {
        __typename: 'ShapSummaryData',
        baseValue: rows[0]?.base ?? 0,
        features: order.map(c => table.columns[c]?.name ?? ''),
        rows: rows.map(({ values, shap, raw }) => ({
          values: order.map(c => values[c] ?? null),
          shap: order.map(c => shap[c] ?? 0),
          raw,
        })),
        meanAbs: order.map(c => meanAbs[c] ?? 0),
        additivityError: rows.reduce((most, { error }) => Math.max(most, error), 0),
      },
      sampled: { n: rows.length, of: table.of, seed },
    }
  },

  vega({ features, rows }) {
    const ranges = features.map((_, c) =>
      rangeOf(rows.map(({ values }) => numberOf(values[c]) ?? Number.NaN)),
    )
    const values = rows.flatMap(({ values, shap }, row) =>
      features.map((feature, c) => {
        const value = numberOf(values[c])
        const { min, max } = ranges[c] ?? { min: null, max: null }
        const level =
          value === null || min === null || max === null || max === min ? null : (value - min) / (max - min)
        // Spread by the row's number instead of at random, so that the drawing is always the same.
        return { feature, shap: shap[c], value: values[c], level, spread: ((row * 0.618034) % 1) - 0.5 }
      }),
    )
    const places = {
      y: named('feature', null, { sort: features, scale: { domain: features } }),
      x: quantitative('shap', 'contribution to the raw score'),
      yOffset: quantitative('spread', '', { scale: { domain: [-1, 1] } }),
    }
    const mark = { type: 'circle', size: 14, opacity: 0.7, tooltip: { content: 'data' } }
    return {
      width: 420,
      height: { step: 24 },
      layer: [
        {
          data: { values: values.filter(({ level }) => level !== null) },
          mark,
          encoding: {
            ...places,
            color: quantitative('level', 'Value, low to high', {
              scale: { scheme: palette.sequential, domain: [0, 1] },
              legend: { format: '.1f' },
            }),
          },
        },
        {
          data: { values: values.filter(({ level }) => level === null) },
          mark: { ...mark, color: palette.quiet },
          encoding: places,
        },
      ],
    }
  },
}

/** Categories have no low and high. */
function numberOf(value: number | string | null | undefined): number | null {
  return typeof value === 'number' ? value : null
}
