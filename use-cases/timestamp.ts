/**
 * Unix milliseconds of an RFC 3339 date and time with a zone (`Z` or `±hh:mm`) and 0 to 9 fraction digits; NaN for
 * anything else. The fraction is kept as a fraction of a millisecond; at today's dates a double resolves a quarter
 * of a microsecond, so microseconds survive and nanoseconds are rounded. A leap second (`:60`) is refused: Unix
 * time has no place for it.
 */
export function parseTimestamp(value: string): number {
  const length = value.length
  // The shortest form is 2026-01-05T00:00:00Z, the longest has nine digits and an offset.
  if (length < 20 || length > 35) return NaN
  if (
    value.charCodeAt(4) !== dash ||
    value.charCodeAt(7) !== dash ||
    (value.charCodeAt(10) | lowerCase) !== letterT ||
    value.charCodeAt(13) !== colon ||
    value.charCodeAt(16) !== colon
  )
    return NaN
  const year = pair(value, 0) * 100 + pair(value, 2)
  const month = pair(value, 5)
  const day = pair(value, 8)
  const hour = pair(value, 11)
  const minute = pair(value, 14)
  const second = pair(value, 17)
  // NaN compares false: every test is written so that NaN fails it.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN
  let at = 19
  let fractionMs = 0
  if (value.charCodeAt(at) === dot) {
    at++
    const first = at
    let digits = 0
    for (let code = value.charCodeAt(at); code >= zero && code <= nine; code = value.charCodeAt(++at)) {
      digits = digits * 10 + (code - zero)
    }
    const count = at - first
    if (count === 0 || count > 9) return NaN
    fractionMs = (digits * 1000) / (powersOfTen[count] as number)
  }
  const offset = offsetMinutes(value, at, length)
  return (
    (daysFromEpoch(year, month, day) * 1440 + hour * 60 + minute - offset) * 60_000 +
    second * 1000 +
    fractionMs
  )
}

export function isTimestamp(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(parseTimestamp(value))
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`, always with six fraction digits. */
export function formatTimestamp(ms: number): string {
  const micros = Math.round((ms - Math.floor(ms)) * 1000)
  const whole = Math.floor(ms) + (micros === 1000 ? 1 : 0)
  const iso = new Date(whole).toISOString()
  return `${iso.slice(0, -1)}${String(micros % 1000).padStart(3, '0')}+00:00`
}

const zero = 48
const nine = 57
const dash = 45
const plus = 43
const colon = 58
const dot = 46
const lowerCase = 32
const letterT = 116
const letterZ = 122
const powersOfTen = Float64Array.from({ length: 10 }, (_, power) => 10 ** power)
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function pair(value: string, at: number): number {
  const tens = value.charCodeAt(at) - zero
  const ones = value.charCodeAt(at + 1) - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

function offsetMinutes(value: string, at: number, length: number): number {
  const sign = value.charCodeAt(at)
  if ((sign | lowerCase) === letterZ) return at + 1 === length ? 0 : NaN
  if (at + 6 !== length || value.charCodeAt(at + 3) !== colon) return NaN
  const hours = pair(value, at + 1)
  const minutes = pair(value, at + 4)
  if (!(hours <= 23 && minutes <= 59)) return NaN
  if (sign === plus) return hours * 60 + minutes
  return sign === dash ? -(hours * 60 + minutes) : NaN
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return (monthDays[month - 1] as number) + (leap ? 1 : 0)
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
