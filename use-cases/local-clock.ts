export interface LocalTime {
  /** 0 to 23. */
  hour: number
  /** 0 for Monday to 6 for Sunday. */
  weekday: number
}

const quarterHour = 900_000
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/**
 * Hour and weekday in an IANA time zone. Offsets change only at whole quarters of an hour, so one look-up serves a
 * quarter.
 * @throws Error with code `INVALID_OPTION` for an unknown zone.
 */
export function createLocalClock(timeZone: string): (timeMs: number) => LocalTime {
  const format = createFormat(timeZone)
  let quarter = NaN
  let current: LocalTime = { hour: 0, weekday: 0 }
  return timeMs => {
    const wanted = Math.floor(timeMs / quarterHour)
    if (wanted === quarter) return current
    quarter = wanted
    const parts = new Map(format.formatToParts(wanted * quarterHour).map(({ type, value }) => [type, value]))
    current = { hour: Number(parts.get('hour')), weekday: weekdays.indexOf(parts.get('weekday') ?? '') }
    return current
  }
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' })
  } catch {
    throw Object.assign(
      new Error(
        `Option "timezone" was given "${timeZone}"; wanted an IANA time zone such as America/Chicago.`,
      ),
      { code: 'INVALID_OPTION' },
    )
  }
}
