import { parseTimestamp } from './timestamp.ts'

/** Hour of the day in UTC, 0 to 23. */
export function utcHour(timestamp: string): number {
  return Math.floor(modulo(parseTimestamp(timestamp), day) / hour)
}

/** Day of the week in UTC, 0 for Monday to 6 for Sunday. */
export function utcWeekday(timestamp: string): number {
  // 1970-01-01 was a Thursday.
  return modulo(Math.floor(parseTimestamp(timestamp) / day) + 3, 7)
}

const hour = 3_600_000
const day = 24 * hour

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
