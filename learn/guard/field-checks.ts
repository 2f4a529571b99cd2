import { categoryOf, type GuardColumn, type GuardFinding, type GuardValue } from './guard-column.ts'

type Finding = Omit<GuardFinding, 'acknowledged'>

/** A category that occurs once teaches nothing about the next event. */
const MOST_UNIQUE = 0.95
/** Fewer values are too few to tell. */
const FEWEST = 100
/** Share of equal values that makes a column a fraction of the clock. */
const SAME = 0.99
/** Share of values after the event that is no rounding. */
const MOST_AFTER = 0.05
/** What is no further from the event's time is a time. */
const NEAR_MS = 366 * 86_400_000

/** A text or nominal column most of whose values occur once. Numbers may all differ: amounts do. */
export function findId({ name, kind, values }: GuardColumn): Finding | null {
  const known = values.filter(value => value !== null && value !== undefined)
  const isText = known.some(value => typeof value === 'string' || typeof value === 'object')
  if ((kind === 'numeric' && !isText) || known.length < FEWEST) return null
  // Texts of numbers in a numeric column are numbers.
  if (kind === 'numeric' && known.every(value => Number.isFinite(Number(value)))) return null
  const share = new Set(known.map(categoryOf)).size / known.length
  if (share <= MOST_UNIQUE) return null
  return {
    code: 'ID_LIKE',
    fields: [name],
    statistic: 'distinct values / values',
    value: share,
    limit: MOST_UNIQUE,
    message: `Field ${name} has ${(100 * share).toFixed(1)} % distinct values: it names events instead of describing them. At most ${100 * MOST_UNIQUE} % are wanted of a nominal column.`,
  }
}

/** The minute or the second of the event itself: noise that looks like a category. */
export function findClockFraction({ name, values }: GuardColumn, times: ArrayLike<number>): Finding | null {
  for (const [unit, ms] of [
    ['minute', 60_000],
    ['second', 1000],
  ] as const) {
    const share = shareOf(values, times, (value, time) => Number(value) === Math.floor(time / ms) % 60)
    if (share < SAME || new Set(values).size < 3) continue
    return {
      code: 'CLOCK_FRACTION',
      fields: [name],
      statistic: `values equal to the ${unit} of the event`,
      value: share,
      limit: SAME,
      message: `Field ${name} is the ${unit} of the event's own time: chance, not behaviour. Wanted none, or the hour or the weekday.`,
    }
  }
  return null
}

/** Times that lie after the event: of its end, of a report about it. */
export function findAfterEvent({ name, values }: GuardColumn, times: ArrayLike<number>): Finding | null {
  const isTime = shareOf(values, times, (value, time) => Math.abs(millisOf(value) - time) < NEAR_MS)
  if (isTime < SAME) return null
  const share = shareOf(values, times, (value, time) => millisOf(value) > time + 1000)
  if (share <= MOST_AFTER) return null
  return {
    code: 'AFTER_EVENT',
    fields: [name],
    statistic: 'values after the event',
    value: share,
    limit: MOST_AFTER,
    message: `Field ${name} holds times of which ${(100 * share).toFixed(1)} % lie after the event, wanted what is known when it happens.`,
  }
}

/** Of the values that are known; 0 where too few are. */
function shareOf(
  values: readonly GuardValue[],
  times: ArrayLike<number>,
  holds: (value: GuardValue, time: number) => boolean,
): number {
  let known = 0
  let held = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined || value === '' || typeof value === 'boolean') continue
    known += 1
    if (holds(value, times[i])) held += 1
  }
  return known < FEWEST ? 0 : held / known
}

/** A number is a time in ms, or in s where that is what it is near to; a text is one if it is written as one. */
function millisOf(value: GuardValue): number {
  if (typeof value === 'number') return value < 1e11 ? 1000 * value : value
  return typeof value === 'string' ? Date.parse(value) : Number.NaN
}
