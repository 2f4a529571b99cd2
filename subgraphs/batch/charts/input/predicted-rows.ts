import type { Table } from '#learn/batch/table-file.ts'
import type { ChartSampled } from '../chart-family.ts'
import { scoredRows } from './scored-rows.ts'

/**
 * Labels and predictions of a regression.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function predictedRows(table: Table): {
  rows: { labels: Float64Array; predictions: Float64Array }
  sampled: ChartSampled
} {
  const { labels, scores, sampled } = scoredRows(table)
  return { rows: { labels, predictions: scores }, sampled }
}
