const MS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
}

/**
 * Milliseconds of a duration as Delta's table properties have it: `interval 30 days`, `interval 1 week 12 hours`; null if it is none
 * (months and years have no fixed length and are refused by Delta, too).
 */
export const intervalMs = (text: string): number | null => {
  const rest = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '')
  if (!/^(\d+(\.\d+)?\s+[a-z]+\s*)+$/.test(rest)) return null
  let total = 0
  for (const [, count, unit = ''] of rest.matchAll(/(\d+(?:\.\d+)?)\s+([a-z]+)/g)) {
    const ms = MS[unit.replace(/s$/, '')]
    if (ms === undefined) return null
    total += Number(count) * ms
  }
  return total
}
