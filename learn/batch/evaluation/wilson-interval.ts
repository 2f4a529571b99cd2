import { normalQuantile } from '../statistics/normal-quantile.ts'
import type { Interval } from './auc-interval.ts'

/** Where a share lies with the given confidence, seen `hits` times in `count` (Wilson 1927). Null for a count of 0. */
export function wilsonInterval(hits: number, count: number, confidence = 0.95): Interval | null {
  if (!(count > 0)) return null
  const z = normalQuantile(0.5 + confidence / 2)
  const share = hits / count
  const scale = 1 + (z * z) / count
  const centre = (share + (z * z) / (2 * count)) / scale
  const reach = (z / scale) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  // The interval of 0 of n begins at 0, that of n of n ends at 1: rounding must not leave the share outside.
  return {
    low: Math.max(0, Math.min(share, centre - reach)),
    high: Math.min(1, Math.max(share, centre + reach)),
  }
}
