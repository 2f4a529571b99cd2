/** Bounds of the parts: rows 0 to `train`, to `validation`, to `test`, each exclusive. */
export interface TimeSplit {
  readonly train: number
  readonly validation: number
  readonly test: number
}

/**
 * Splits rows that are sorted by event time: the oldest to train with, the newest to test with. Rows of the same instant stay
 * together, on the earlier side. Parts may be empty.
 */
export function splitByTime(
  eventTimes: Float64Array,
  { validation, test }: { validation: number; test: number },
): TimeSplit {
  const rows = eventTimes.length
  const first = afterTies(eventTimes, Math.round(rows * (1 - validation - test)))
  const second = Math.max(first, afterTies(eventTimes, Math.round(rows * (1 - test))))
  return { train: first, validation: second, test: rows }
}

function afterTies(eventTimes: Float64Array, at: number): number {
  let end = at
  while (end > 0 && end < eventTimes.length && eventTimes[end] === eventTimes[end - 1]) end++
  return end
}
