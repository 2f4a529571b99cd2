import { aucInterval } from './auc-interval.ts'
import type { ScoredRows } from './check-scored.ts'
import { pick } from './pick.ts'
import { rocAucOf } from './ranking-scores.ts'
import { thinCurve } from './thin-curve.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

export interface RocCurve {
  fpr: number[]
  tpr: number[]
  /** Descending; the first is null, since nothing scores high enough there. */
  thresholds: (number | null)[]
  auc: number | null
  /** DeLong's 95 % interval of the AUC; null with weights, with fewer than five rows in a class, and if these are perfectly parted. */
  ciLow: number | null
  ciHigh: number | null
  /** Where the decisions at `threshold` lie, if one is given. */
  operatingPoint: { threshold: number; fpr: number; tpr: number } | null
}

/**
 * True and false positive rate at every distinct score, thinned to `maxPoints`. Empty with a null AUC for one class only.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function rocCurve({
  threshold,
  maxPoints,
  counts,
  ...rows
}: ScoredRows & { threshold?: number | null; maxPoints?: number; counts?: ThresholdCounts }): RocCurve {
  const ranked = counts ?? thresholdCounts(rows)
  const { thresholds, truePositives, falsePositives, positives, negatives } = ranked
  if (!(positives > 0 && negatives > 0)) return NO_CURVE
  const fpr = fromZero(falsePositives, negatives)
  const tpr = fromZero(truePositives, positives)
  const kept = thinCurve([fpr, tpr], maxPoints)
  const interval = rows.weights ? null : aucInterval(rows)
  return {
    fpr: pick(fpr, kept),
    tpr: pick(tpr, kept),
    thresholds: Array.from(kept, i => (i === 0 ? null : thresholds[i - 1])),
    auc: rocAucOf(ranked),
    ciLow: interval?.low ?? null,
    ciHigh: interval?.high ?? null,
    operatingPoint: threshold == null ? null : operatingPoint(ranked, threshold),
  }
}

function operatingPoint(
  { thresholds, truePositives, falsePositives, positives, negatives }: ThresholdCounts,
  threshold: number,
) {
  let flagged = thresholds.length
  while (flagged > 0 && thresholds[flagged - 1] < threshold) flagged--
  const rate = (counts: Float64Array, all: number) => (flagged === 0 ? 0 : counts[flagged - 1] / all)
  return { threshold, fpr: rate(falsePositives, negatives), tpr: rate(truePositives, positives) }
}

/** As shares of all, after the point where nothing is flagged. */
function fromZero(counts: Float64Array, all: number): Float64Array {
  const shares = new Float64Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) shares[i + 1] = counts[i] / all
  return shares
}

const NO_CURVE: RocCurve = {
  fpr: [],
  tpr: [],
  thresholds: [],
  auc: null,
  ciLow: null,
  ciHigh: null,
  operatingPoint: null,
}
