import { INTERVAL_LEVEL, INTERVAL_Z, type Interval } from './interval.ts'

/** Score interval of a share of `hits` among `n` (Wilson 1927); null without any. */
export function wilson(hits: number, n: number): Interval | null {
  if (!(n > 0)) return null
  const share = hits / n
  const z2 = INTERVAL_Z * INTERVAL_Z
  const middle = share + z2 / (2 * n)
  const half = INTERVAL_Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  const scale = 1 + z2 / n
  return {
    lower: Math.max(0, (middle - half) / scale),
    upper: Math.min(1, (middle + half) / scale),
    level: INTERVAL_LEVEL,
    method: 'wilson',
  }
}
