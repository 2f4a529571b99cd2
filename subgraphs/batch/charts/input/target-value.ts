/** A target as JSON can carry it: null where it is not known. */
export function targetValue(target: Float64Array, row: number): number | null {
  const value = target[row]
  return value !== undefined && Number.isFinite(value) ? value : null
}
