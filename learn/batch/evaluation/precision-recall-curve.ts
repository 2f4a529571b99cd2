import type { ScoredRows } from './check-scored.ts'
import { pick } from './pick.ts'
import { averagePrecisionOf } from './ranking-scores.ts'
import { thinCurve } from './thin-curve.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

export interface PrecisionRecallCurve {
  /** From everything flagged to nothing; the last point is precision 1 at recall 0, as scikit-learn has it. */
  precision: number[]
  recall: number[]
  /** Ascending, one fewer than there are points. */
  thresholds: number[]
  ap: number | null
  /** Share of the positives: the precision of flagging everything. */
  prevalence: number | null
  isoF1: { f1: number; points: [recall: number, precision: number][] }[]
}

const ISO_F1 = [0.2, 0.4, 0.6, 0.8]
const ISO_POINTS = 50

/**
 * Precision and recall at every distinct score, thinned to `maxPoints`. Empty with a null AP without positives.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function precisionRecallCurve({
  maxPoints,
  counts,
  ...rows
}: ScoredRows & { maxPoints?: number; counts?: ThresholdCounts }): PrecisionRecallCurve {
  const ranked = counts ?? thresholdCounts(rows)
  const { thresholds, truePositives, falsePositives, positives, negatives } = ranked
  const size = thresholds.length
  if (!(positives > 0)) {
    const prevalence = negatives > 0 ? 0 : null
    return { precision: [], recall: [], thresholds: [], ap: null, prevalence, isoF1: [] }
  }
  const precision = new Float64Array(size + 1)
  const recall = new Float64Array(size + 1)
  for (let i = 0; i < size; i++) {
    const flagged = truePositives[i] + falsePositives[i]
    precision[size - 1 - i] = flagged > 0 ? truePositives[i] / flagged : 0
    recall[size - 1 - i] = truePositives[i] / positives
  }
  precision[size] = 1
  const kept = thinCurve([precision, recall], maxPoints)
  return {
    precision: pick(precision, kept),
    recall: pick(recall, kept),
    thresholds: Array.from(kept.subarray(0, -1), i => thresholds[size - 1 - i]),
    ap: averagePrecisionOf(ranked),
    prevalence: positives / (positives + negatives),
    isoF1: ISO_F1.map(f1 => ({ f1, points: isoF1(f1) })),
  }
}

/** Where the harmonic mean of precision and recall is f1, from recall f1 / (2 - f1), which takes a precision of 1, to recall 1. */
function isoF1(f1: number): [number, number][] {
  const first = f1 / (2 - f1)
  return Array.from({ length: ISO_POINTS }, (_, i) => {
    const recall = first + ((1 - first) * i) / (ISO_POINTS - 1)
    return [recall, Math.min(1, (f1 * recall) / (2 * recall - f1))]
  })
}
