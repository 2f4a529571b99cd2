import { formatTimestamp } from '#use-cases/timestamp.ts'

const DAY_MS = 86_400_000
/** Year 0 has no place in SQL, and a year with five digits none in a partition's name. */
const FIRST_MS = Date.UTC(2001, 0, 1) - 730_485 * DAY_MS
const END_MS = Date.UTC(10_000, 0, 1)

/** Whether an instant in Unix milliseconds lies in the years 1 to 9999, as every reader of a table needs it. */
export function isStorable(ms: number): boolean {
  return ms >= FIRST_MS && ms < END_MS
}

/** `YYYY-MM-DD` in UTC. Neighbours in a log mostly share it, so the last one is kept. */
export function dateText(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, 10)
    lastDay = day
  }
  return lastDayText
}

/** ISO 8601 with microseconds, in UTC. */
export function instantText(ms: number): string {
  if (ms !== lastMs) {
    lastMsText = formatTimestamp(ms)
    lastMs = ms
  }
  return lastMsText
}

let lastDay = Number.NaN
let lastDayText = ''
let lastMs = Number.NaN
let lastMsText = ''
