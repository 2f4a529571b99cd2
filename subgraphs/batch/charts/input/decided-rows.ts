import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { partOfRun } from './part-of-run.ts'
import { scoredRows } from './scored-rows.ts'

/** Where a model says nothing of its own. */
const HALF = 0.5

/**
 * Labels and decisions (0 or 1) of the part that was asked for, at the threshold that was asked for or else the model's.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function decidedRows(input: ChartInput): {
  labels: Float64Array
  predictions: Uint8Array
  threshold: number
  sampled: ChartSampled
} {
  const { labels, scores, sampled } = scoredRows(partOfRun(input))
  const threshold = input.options.numberOrNull('threshold') ?? input.run.model.threshold ?? HALF
  return {
    labels,
    predictions: Uint8Array.from(scores, score => (score >= threshold ? 1 : 0)),
    threshold,
    sampled,
  }
}
