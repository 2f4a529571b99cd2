import { INTERVAL_LEVEL, type Interval, type IntervalMethod } from './interval.ts'

/** Resamples per interval. */
export const RESAMPLES = 200

/** The middle `INTERVAL_LEVEL` of resampled values, which are sorted in place; null if one of them is not finite. */
export function percentileInterval(values: Float64Array, method: IntervalMethod): Interval | null {
  values.sort()
  const tail = (1 - INTERVAL_LEVEL) / 2
  const lower = quantile(values, tail)
  const upper = quantile(values, 1 - tail)
  // NaN sorts last.
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || Number.isNaN(values[values.length - 1]))
    return null
  return { lower, upper, level: INTERVAL_LEVEL, method }
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}
