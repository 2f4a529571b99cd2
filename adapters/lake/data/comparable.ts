/** Where a value lies that may have lost digits on its way through JSON. */
export interface Range<T> {
  low: T
  high: T
}

/** Of a real number: numbers of JSON are doubles already. Null for text that is no finite number. */
export const realRange = (value: string | number): Range<number> | null => {
  const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? { low: number, high: number } : null
}

/** Of a whole number or a decimal, which may have more digits than a double. Null for text that is no finite number. */
export const decimalRange = (value: string | number): Range<number> | null => {
  const range = realRange(value)
  const exact = typeof value === 'number' || /^\s*[-+]?\d+\s*$/.test(value)
  if (range === null || (exact && Number.isSafeInteger(range.low))) return range
  // One unit in the last place to either side covers the rounding of any decimal text to a double.
  const margin = Math.abs(range.low) * 2 ** -52
  return { low: range.low - margin, high: range.high + margin }
}

/** Microseconds since 1970 of ISO 8601 text, with a zone or in UTC by `Z`; null for anything else, such as a local time. */
export const instantRange = (text: string): Range<bigint> | null => {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.](\d+))?(Z|[-+]\d\d(?::?\d\d)?)$/.exec(
    text.trim(),
  )
  if (match === null) return null
  const [, date, time, fraction = '', zone = 'Z'] = match
  const ms = Date.parse(`${date}T${time}${isoZone(zone)}`)
  if (Number.isNaN(ms)) return null
  const low = BigInt(ms) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
  return { low, high: /[1-9]/.test(fraction.slice(6)) ? low + 1n : low }
}

const isoZone = (zone: string): string =>
  zone === 'Z'
    ? zone
    : zone.length === 3
      ? `${zone}:00`
      : zone.includes(':')
        ? zone
        : `${zone.slice(0, 3)}:${zone.slice(3)}`

/** The order of UTF-8 bytes, which is that of code points and how DuckDB, Spark and Parquet order text. */
export const compareUtf8 = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left === right) continue
    const leftPair = left >= 0xd800 && left <= 0xdfff
    const rightPair = right >= 0xd800 && right <= 0xdfff
    // Surrogates stand for code points above all others.
    return leftPair === rightPair ? left - right : leftPair ? 1 : -1
  }
  return a.length - b.length
}
