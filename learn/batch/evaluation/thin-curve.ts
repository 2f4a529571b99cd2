/** Points that a chart can tell apart; longer curves are thinned to it. */
export const CURVE_POINTS = 2000

/**
 * Positions of at most `limit` points of a curve that keep its shape, the first and the last always among them: evenly spaced along the
 * curve's length, each coordinate measured in its own range, so that steep parts keep as many as flat ones. No dropped point is farther from a
 * kept one than length / (limit - 1); for a ROC curve of 2,000 points that is 0.001.
 */
export function thinCurve(series: readonly ArrayLike<number>[], limit: number = CURVE_POINTS): Uint32Array {
  const size = series[0]?.length ?? 0
  if (size <= limit) return Uint32Array.from({ length: size }, (_, index) => index)
  const scales = series.map(scaleOf)
  const lengths = new Float64Array(size)
  for (let i = 1; i < size; i++) {
    let step = 0
    for (let s = 0; s < series.length; s++) step += Math.abs(series[s][i] - series[s][i - 1]) * scales[s]
    lengths[i] = lengths[i - 1] + step
  }
  const total = lengths[size - 1]
  const kept = new Uint32Array(limit)
  let count = 1
  for (let i = 1; i < size - 1 && count < limit - 1; i++) {
    // A long step moves the goal on by as many as it passes.
    if (lengths[i] * (limit - 1) >= total * count) kept[count++] = i
  }
  kept[count++] = size - 1
  return kept.subarray(0, count)
}

function scaleOf(values: ArrayLike<number>): number {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i]
    if (values[i] > high) high = values[i]
  }
  return high > low ? 1 / (high - low) : 0
}
