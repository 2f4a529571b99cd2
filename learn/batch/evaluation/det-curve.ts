import { normalQuantile } from '../statistics/normal-quantile.ts'
import type { ScoredRows } from './check-scored.ts'
import { pick } from './pick.ts'
import { thinCurve } from './thin-curve.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

export interface DetCurve {
  /** Descending. */
  fpr: number[]
  fnr: number[]
  /** Ascending; null where nothing scores high enough. */
  thresholds: (number | null)[]
  /** Rates as quantiles of the normal distribution, null for rates of 0 and 1. */
  fprProbit: (number | null)[]
  fnrProbit: (number | null)[]
}

/**
 * Both error rates at each distinct score, without the tails in which one of them stays at its end; thinned to `maxPoints`. Empty for one
 * class only.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function detCurve({
  maxPoints,
  counts,
  ...rows
}: ScoredRows & { maxPoints?: number; counts?: ThresholdCounts }): DetCurve {
  const { thresholds, truePositives, falsePositives, positives, negatives } = counts ?? thresholdCounts(rows)
  if (!(positives > 0 && negatives > 0)) {
    return { fpr: [], fnr: [], thresholds: [], fprProbit: [], fnrProbit: [] }
  }
  // Point 0 flags nothing; the curve begins with the last one that has no false positive yet ...
  let first = 0
  while (first < thresholds.length && falsePositives[first] === 0) first++
  // ... and ends with the first one that misses nothing.
  let last = first
  while (last < thresholds.length && (last === 0 || truePositives[last - 1] < positives)) last++
  const size = last - first + 1
  const fpr = new Float64Array(size)
  const fnr = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const point = last - i
    fpr[i] = point === 0 ? 0 : falsePositives[point - 1] / negatives
    fnr[i] = point === 0 ? 1 : (positives - truePositives[point - 1]) / positives
  }
  const kept = thinCurve([fpr, fnr], maxPoints)
  const [falsePositiveRates, falseNegativeRates] = [pick(fpr, kept), pick(fnr, kept)]
  return {
    fpr: falsePositiveRates,
    fnr: falseNegativeRates,
    thresholds: Array.from(kept, i => (last - i === 0 ? null : thresholds[last - i - 1])),
    fprProbit: falsePositiveRates.map(probit),
    fnrProbit: falseNegativeRates.map(probit),
  }
}

const probit = (rate: number): number | null => (rate > 0 && rate < 1 ? normalQuantile(rate) : null)
