/** LightGBM's bound for "is zero" (meta.h, kZeroThreshold). */
const ZERO = 1e-35

/** What the trees are to see of a value of a feature: NaN for a zero where zeros count as missing. */
export function missingZero(zeroIsMissing: number, value: number): number {
  return zeroIsMissing && value >= -ZERO && value <= ZERO ? NaN : value
}
