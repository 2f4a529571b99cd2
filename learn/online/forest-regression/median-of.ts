/** The middle value, or the mean of the two in the middle; NaN if any is not a number. Sorts `values`. */
export function medianOf(values: Float64Array): number {
  values.sort()
  const middle = values.length >> 1
  // Sorted last.
  if (Number.isNaN(values[values.length - 1])) return Number.NaN
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
}
