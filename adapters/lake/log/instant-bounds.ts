/** ISO 8601 text in UTC with six digits of fraction. */
export type Instant = string

/**
 * Reads the instants of statistics: ISO 8601 as Spark (`2026-01-05T15:15:20.627-08:00`) and delta-rs write it, or as DuckDB shows it
 * (`2026-01-05 15:15:20.627+00`). Null for anything else, such as years of other than four digits.
 * @param zoneless what a text without a zone means: UTC, or nothing that we know.
 */
export const parseInstant = (text: string, zoneless: 'utc' | 'unknown'): Instant | null => {
  const match =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text)
  if (match === null) return null
  const [, date = '', time = '', fraction = '', zone] = match
  if (zone === undefined && zoneless === 'unknown') return null
  const seconds = Date.parse(`${date}T${time}${isoZone(zone ?? 'Z')}`)
  if (Number.isNaN(seconds)) return null
  return instantOf(BigInt(seconds) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)))
}

/** The millisecond at or before an instant, as statistics have it. */
export const floorToMs = (instant: Instant): string => `${instant.slice(0, 23)}Z`

/** The millisecond at or behind it; null where that is beyond year 9999. */
export const ceilToMs = (instant: Instant): string | null => {
  if (instant.endsWith('000Z')) return floorToMs(instant)
  const next = instantOf(microsOf(floorToMs(instant)) + 1000n)
  return next === null ? null : floorToMs(next)
}

/**
 * The latest instant that a greatest value may stand for: Spark cuts microseconds off, so a bound with at most three digits may hide
 * up to a millisecond.
 */
export const latestOf = (text: string, instant: Instant): Instant | null =>
  /\.\d{4,}/.test(text) ? instant : instantOf(microsOf(instant) + 1000n)

const microsOf = (instant: string): bigint =>
  BigInt(Date.parse(`${instant.slice(0, 23)}Z`)) * 1000n + BigInt(instant.slice(23, -1).padEnd(3, '0'))

const instantOf = (micros: bigint): Instant | null => {
  const rest = ((micros % 1000n) + 1000n) % 1000n
  const text = new Date(Number((micros - rest) / 1000n)).toISOString()
  // Years beyond 9999 and before 0 have a sign and do not sort as text.
  return text.length === 24 ? `${text.slice(0, 23)}${String(rest).padStart(3, '0')}Z` : null
}

const isoZone = (zone: string): string => {
  if (zone === 'Z') return zone
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`
}
