/** Standard deviations beyond which a value counts as that far away only, so that one wild input cannot own a cluster. */
const CLIP = 8

/** A number in standard deviations from the mean, from -8 to 8; NaN stays. */
export function standardise(value: number, mean: number, deviation: number): number {
  const z = (value - mean) / deviation
  return z > CLIP ? CLIP : z < -CLIP ? -CLIP : z
}
