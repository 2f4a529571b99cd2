import { argsort } from '../statistics/argsort.ts'
import { checkScored, type ScoredRows } from './check-scored.ts'

/** What is flagged at each distinct score, from the highest down: everything that scores at least as much. Weighted where weights are given. */
export interface ThresholdCounts {
  rows: number
  /** Distinct scores, descending. */
  thresholds: Float64Array
  truePositives: Float64Array
  falsePositives: Float64Array
  positives: number
  negatives: number
  /** Rows from the highest score down; equal scores in the order they were given. */
  order: Uint32Array
}

/**
 * One sort that every curve and ranking score of a test set is drawn from. O(n log n).
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function thresholdCounts(scored: ScoredRows): ThresholdCounts {
  checkScored(scored)
  const { labels, scores, weights } = scored
  const rows = labels.length
  const order = argsort(Float64Array.from(scores, score => -score))
  const thresholds = new Float64Array(rows)
  const truePositives = new Float64Array(rows)
  const falsePositives = new Float64Array(rows)
  let size = 0
  let hits = 0
  let misses = 0
  for (let i = 0; i < rows; i++) {
    const row = order[i]
    const weight = weights ? weights[row] : 1
    if (labels[row] === 1) hits += weight
    else misses += weight
    if (i + 1 < rows && scores[order[i + 1]] === scores[row]) continue
    thresholds[size] = scores[row]
    truePositives[size] = hits
    falsePositives[size++] = misses
  }
  return {
    rows,
    thresholds: thresholds.subarray(0, size),
    truePositives: truePositives.subarray(0, size),
    falsePositives: falsePositives.subarray(0, size),
    positives: hits,
    negatives: misses,
    order,
  }
}
