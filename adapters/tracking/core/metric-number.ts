/**
 * MLflow's databases hold no infinities: it stores the largest finite numbers in their place, and 0 with a mark for NaN. Read
 * back, those stand for infinity again; ±1.7976931348623157e308 itself is no value that a metric has.
 */
export const toStored = (value: number): number => {
  if (Number.isNaN(value)) return 0
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
}

/** The value as it was logged. */
export const fromStored = (value: number, isNaN = false): number => {
  if (isNaN) return Number.NaN
  return Math.abs(value) === Number.MAX_VALUE ? Math.sign(value) * Number.POSITIVE_INFINITY : value
}
