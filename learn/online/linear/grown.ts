/** The values in an array of at least `size`, doubled so that growth stays cheap. */
export function grown(values: Float64Array, size: number): Float64Array {
  if (size <= values.length) return values
  const larger = new Float64Array(Math.max(2 * values.length, size))
  larger.set(values)
  return larger
}
