import type { Table } from '#learn/batch/table-file.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartSampled } from '../chart-family.ts'

/**
 * Labels and scores of the rows that have both, and what part of all rows they are.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function scoredRows({ extra, of, seed }: Table): {
  labels: Float64Array
  scores: Float64Array
  sampled: ChartSampled
} {
  const { label, score } = extra
  if (!label || !score) {
    const missing = label ? 'scores' : 'labels'
    throw new CodedError('CHART_DATA_MISSING', `The run kept no ${missing} with its rows, wanted one a row.`)
  }
  const isKnown = (_: unknown, i: number) => Number.isFinite(label[i]) && Number.isFinite(score[i])
  const labels = label.filter(isKnown)
  const scores = score.filter(isKnown)
  if (labels.length > 0) return { labels, scores, sampled: { n: labels.length, of, seed } }
  throw new CodedError('CHART_DATA_MISSING', 'No row has a label and a score, wanted at least one.')
}

/** Names of the classes; positives are 1. */
export const CLASS_LABELS: readonly string[] = ['0', '1']
