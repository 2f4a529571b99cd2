/** Median absolute deviations from the median beyond which a value counts as that far away only: 13 standard deviations of a normal one. */
const FENCE = 20
/** Beyond it squares could not be summed; half of the column would have to be as large. */
const LARGEST = 1e140

/**
 * Mean and standard deviation of finite numbers, such that a few wild ones hardly count: those far out are taken to the fence first
 * (Winsor's mean). The spread is that of values other than the median, since most of a column may be 0. Both are 0 without numbers.
 */
export function robustMoments(values: ArrayLike<number>): { mean: number; deviation: number } {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  const median = middleOf(sorted)
  const distances = sorted.filter(value => value !== median).map(value => Math.abs(value - median))
  const reach = FENCE * middleOf(distances.sort())
  const low = Math.max(-LARGEST, median - reach)
  const high = Math.min(LARGEST, median + reach)
  let [count, mean, squares] = [0, 0, 0]
  for (let row = 0; row < values.length; row++) {
    if (!Number.isFinite(values[row])) continue
    const value = Math.min(high, Math.max(low, values[row]))
    count += 1
    const step = value - mean
    mean += step / count
    squares += step * (value - mean)
  }
  return { mean, deviation: count > 0 ? Math.sqrt(squares / count) : 0 }
}

/** The lower one of two; 0 of none. */
function middleOf(sorted: Float64Array): number {
  return sorted.length > 0 ? sorted[(sorted.length - 1) >> 1] : 0
}
