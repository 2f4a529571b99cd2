/** The same values at the front of an array of another length, the rest zero. */
export function longer<T extends Float64Array | Int32Array>(values: T, length: number): T {
  const Kind = values.constructor as new (length: number) => T
  const grown = new Kind(length)
  grown.set(values)
  return grown
}
