import {
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api'

/** Beyond it `Date` has no text; DuckDB's own is used there. */
const MAX_DATE_MS = 8.64e15
const MAX_INT64 = 2n ** 63n - 1n

/**
 * An instant as ISO 8601 text, of so many units to a second (a power of ten) since 1970: as many digits of a second as are needed, by
 * threes, and no zone. DuckDB's infinities are `infinity` and `-infinity`.
 */
export function isoInstant(units: bigint, perSecond: bigint): string {
  if (units === MAX_INT64) return 'infinity'
  if (units === -MAX_INT64) return '-infinity'
  const rest = ((units % perSecond) + perSecond) % perSecond
  const ms = Number((units - rest) / perSecond) * 1000
  if (Math.abs(ms) > MAX_DATE_MS) return duckdbText(units, perSecond)
  const seconds = new Date(ms).toISOString().slice(0, -5)
  if (rest === 0n) return seconds
  const digits = rest.toString().padStart(String(perSecond).length - 1, '0')
  return `${seconds}.${digits.replace(/(?:000)+$/, '')}`
}

function duckdbText(units: bigint, perSecond: bigint): string {
  if (perSecond === 1n) return new DuckDBTimestampSecondsValue(units).toString()
  if (perSecond === 1000n) return new DuckDBTimestampMillisecondsValue(units).toString()
  return new DuckDBTimestampValue(units).toString()
}
