import type { Dataset } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'

interface Options {
  scorer: Scorer
  data: Dataset
  /** Rows that are explained, evenly over all; a row costs as much as thousands of predictions. */
  rows: number
  /** Raw score of a row that is explained; the first one without. */
  outputOf?: (row: number) => number
}

/** Mean size of what each column adds to the raw score (mean |SHAP|). */
export function meanContributions({ scorer, data, rows: most, outputOf }: Options): Float64Array {
  const sums = new Float64Array(data.columns.length)
  const rows = Math.min(data.rows, most)
  const row = new Float64Array(data.columns.length)
  for (let i = 0; i < rows; i++) {
    const at = Math.floor((i * data.rows) / rows)
    data.values.forEach((values, c) => {
      row[c] = values[at] as number
    })
    const contributions = scorer.contributions(row, outputOf?.(at) ?? 0)
    sums.forEach((sum, c) => {
      sums[c] = sum + Math.abs(contributions[c] as number) / rows
    })
  }
  return sums
}
