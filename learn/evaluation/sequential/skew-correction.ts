/**
 * Hall's transformation of a studentised mean, which makes it normal to the next order; it rises everywhere.
 * `skewness` is that of the sum: of one value, divided by the root of their number. (Hall 1992, "On the removal of
 * skewness by transformation".)
 */
export function unskewed(z: number, skewness: number): number {
  if (skewness === 0) return z
  const factor = 1 + (skewness * z) / 3
  return (factor ** 3 - 1) / skewness + skewness / 6
}

/** The studentised mean whose transformation is `bound`. */
export function skewedBound(bound: number, skewness: number): number {
  if (skewness === 0) return bound
  return (3 / skewness) * (Math.cbrt(1 + skewness * (bound - skewness / 6)) - 1)
}
