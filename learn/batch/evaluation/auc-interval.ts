import { normalQuantile } from '../statistics/normal-quantile.ts'
import { ranks } from '../statistics/ranks.ts'

/** Rows of a class below which its variance means nothing. */
const FEWEST = 5

export interface Interval {
  low: number
  high: number
}

/**
 * Where the area under the ROC curve lies with the given confidence, from 0 to 1: DeLong's variance, in O(n log n) by ranks (Sun and Xu
 * 2014). Null with fewer than five rows in either class, and where classes are perfectly parted: the variance is 0 then, which says nothing
 * about how sure the area is.
 */
export function aucInterval(
  { labels, scores }: { labels: ArrayLike<number>; scores: ArrayLike<number> },
  confidence = 0.95,
): Interval | null {
  const positives = Float64Array.from(scores).filter((_, row) => labels[row] === 1)
  const negatives = Float64Array.from(scores).filter((_, row) => labels[row] !== 1)
  const m = positives.length
  const n = negatives.length
  if (m < FEWEST || n < FEWEST) return null
  const together = new Float64Array(m + n)
  together.set(positives)
  together.set(negatives, m)
  const all = ranks(together)
  const amongPositives = ranks(positives)
  const amongNegatives = ranks(negatives)
  const above = amongPositives.map((rank, i) => (all[i] - rank) / n)
  const below = amongNegatives.map((rank, i) => 1 - (all[m + i] - rank) / m)
  const auc = mean(above)
  const error = Math.sqrt(variance(above) / m + variance(below) / n)
  if (!(error > 0)) return null
  const reach = normalQuantile(0.5 + confidence / 2) * error
  return { low: Math.max(0, auc - reach), high: Math.min(1, auc + reach) }
}

function mean(values: Float64Array): number {
  let result = 0
  for (let i = 0; i < values.length; i++) result += (values[i] - result) / (i + 1)
  return result
}

function variance(values: Float64Array): number {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2
  return sum / (values.length - 1)
}
