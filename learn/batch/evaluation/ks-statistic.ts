import type { ScoredRows } from './check-scored.ts'
import { pick } from './pick.ts'
import { thinCurve } from './thin-curve.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

export interface KsStatistic {
  /** Ascending. */
  thresholds: number[]
  /** Share of the negatives, and of the positives, that score at most the threshold. */
  cdfNegative: number[]
  cdfPositive: number[]
  /** The largest distance of both, and where it is. */
  ks: number | null
  ksThreshold: number | null
}

/**
 * How far the scores of both classes lie apart (Kolmogorov and Smirnov), thinned to `maxPoints`. Empty for one class only.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function ksStatistic({
  maxPoints,
  counts,
  ...rows
}: ScoredRows & { maxPoints?: number; counts?: ThresholdCounts }): KsStatistic {
  const { thresholds, truePositives, falsePositives, positives, negatives } = counts ?? thresholdCounts(rows)
  const size = thresholds.length
  if (!(positives > 0 && negatives > 0)) {
    return { thresholds: [], cdfNegative: [], cdfPositive: [], ks: null, ksThreshold: null }
  }
  const ascending = new Float64Array(size)
  const cdfNegative = new Float64Array(size)
  const cdfPositive = new Float64Array(size)
  let best = 0
  for (let i = 0; i < size; i++) {
    const above = size - 2 - i
    ascending[i] = thresholds[size - 1 - i]
    cdfNegative[i] = 1 - (above < 0 ? 0 : falsePositives[above] / negatives)
    cdfPositive[i] = 1 - (above < 0 ? 0 : truePositives[above] / positives)
    if (Math.abs(cdfNegative[i] - cdfPositive[i]) > Math.abs(cdfNegative[best] - cdfPositive[best])) best = i
  }
  const kept = thinCurve([ascending, cdfNegative, cdfPositive], maxPoints)
  return {
    thresholds: pick(ascending, kept),
    cdfNegative: pick(cdfNegative, kept),
    cdfPositive: pick(cdfPositive, kept),
    ks: Math.abs(cdfNegative[best] - cdfPositive[best]),
    ksThreshold: ascending[best],
  }
}
