/** The finite values in ascending order; missing and infinite ones are left out. */
export function sortedCopy(values: ArrayLike<number>): Float64Array {
  const copy = new Float64Array(values.length)
  let size = 0
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) copy[size++] = values[i]
  return copy.subarray(0, size).sort()
}
