import type { Table } from '#learn/batch/table-file.ts'
import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { categoryLabel } from './category-label.ts'

interface ExplainedRow {
  /** As events have them: numbers, or categories as people read them. */
  values: (number | string | null)[]
  shap: number[]
  base: number
  raw: number
  /** |base + sum of contributions - raw|. */
  error: number
}

/**
 * Contributions of all features to the raw score of one row of a table.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function explainedRow(model: BatchModel, { columns, values }: Table, row: number): ExplainedRow {
  const coded = Float64Array.from(values, column => column[row] as number)
  const contributions = model.explain(coded)
  if (!contributions) {
    throw new CodedError(
      'CHART_DATA_MISSING',
      `A model of ${model.task} has no contributions, wanted one that scores.`,
    )
  }
  const { raw } = model.answer(coded)
  const shap = [...contributions.subarray(0, columns.length)]
  const base = contributions[columns.length] as number
  return {
    values: columns.map(({ kind }, c) => {
      const value = coded[c] as number
      if (kind === 'nominal') return categoryLabel(model, c, value)
      return Number.isFinite(value) ? value : null
    }),
    shap,
    base,
    raw,
    error: Math.abs(shap.reduce((sum, part) => sum + part, base) - raw),
  }
}
