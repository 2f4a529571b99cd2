import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartFamily } from '../chart-family.ts'
import type { ShapRowData } from '../data/features-data.ts'
import { explainedRow } from '../input/explained-row.ts'
import { partOfRun } from '../input/part-of-run.ts'
import { named, quantitative } from '../vega/channels.ts'
import { palette } from '../vega/palette.ts'

export const shapRow: ChartFamily<ShapRowData> = {
  compute(input) {
    const { options, run } = input
    const table = partOfRun(input)
    const at = options.number('row')
    if (at >= table.rows) {
      throw new CodedError('BAD_USER_INPUT', `options.row: ${at} given, 0 to ${table.rows - 1} wanted.`)
    }
    const { values, shap, base, raw, error } = explainedRow(run.model, table, at)
    const order = [...shap.keys()].sort((a, b) => Math.abs(shap[b] ?? 0) - Math.abs(shap[a] ?? 0))
    const kept = order.slice(0, options.number('top'))
    const others = order.slice(kept.length)
    const summed = others.reduce((sum, c) => sum + (shap[c] ?? 0), 0)
    const isCut = others.length > 0
    return {
      data: {
        __typename: 'ShapRowData',
        baseValue: base,
        features: [
          ...kept.map(c => table.columns[c]?.name ?? ''),
          ...(isCut ? [`${others.length} others`] : []),
        ],
        rows: [
          {
            values: [...kept.map(c => values[c] ?? null), ...(isCut ? [null] : [])],
            shap: [...kept.map(c => shap[c] ?? 0), ...(isCut ? [summed] : [])],
            raw,
          },
        ],
        additivityError: error,
      },
      sampled: { n: 1, of: table.of, seed: table.seed },
    }
  },

  vega({ baseValue, features, rows }) {
    const [row] = rows
    let sum = baseValue
    const steps = features.map((feature, i) => {
      const shap = row?.shap[i] ?? 0
      const from = sum
      sum += shap
      return {
        feature,
        value: row?.values[i] ?? null,
        from,
        to: sum,
        shap,
        effect: shap >= 0 ? 'raises' : 'lowers',
      }
    })
    const title = 'raw score'
    return {
      width: 420,
      height: { step: 22 },
      layer: [
        {
          data: { values: steps },
          mark: { type: 'bar', tooltip: { content: 'data' } },
          encoding: {
            y: named('feature', null, { sort: features }),
            x: quantitative('from', title, { scale: { zero: false } }),
            x2: { field: 'to' },
            color: named('effect', 'Effect', {
              scale: { domain: ['raises', 'lowers'], range: [palette.other, palette.main] },
            }),
          },
        },
        {
          data: { values: [{ from: baseValue, what: 'base' }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: palette.quiet, tooltip: { content: 'data' } },
          encoding: { x: quantitative('from', title) },
        },
      ],
    }
  },
}
