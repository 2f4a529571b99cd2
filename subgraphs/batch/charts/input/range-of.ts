/** Least and largest of the finite values; null without any. */
export function rangeOf(values: ArrayLike<number>): { min: number | null; max: number | null } {
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max } : { min: null, max: null }
}
