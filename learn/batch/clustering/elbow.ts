/**
 * The number of clusters after which the distortion falls less, by kneedle with sensitivity 1 on a convex decreasing
 * curve (Satopää, Albrecht, Irwin and Raghavan 2011); null where the curve has no elbow. `ks` ascend; `score` is the
 * distortion there.
 */
export function elbowOf(
  ks: ArrayLike<number>,
  distortions: ArrayLike<number>,
): { k: number; score: number } | null {
  const count = Math.min(ks.length, distortions.length)
  if (count < 3) return null
  const values = Array.from({ length: count }, (_, i) => distortions[i])
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (!(high > low)) return null
  const x = values.map((_, i) => (ks[i] - ks[0]) / (ks[count - 1] - ks[0]))
  // Flipped, so that the curve rises and is concave; how far it is above the diagonal.
  const above = values.map((value, i) => (high - value) / (high - low) - x[i])
  const step = 1 / (count - 1)
  let knee = -1
  let threshold = 0
  for (let i = 1; i < count; i++) {
    const isPeak = i < count - 1 && above[i] >= above[i - 1] && above[i] >= above[i + 1]
    if (isPeak) {
      knee = i
      threshold = above[i] - step
    } else if (knee >= 0 && above[i] < threshold) return { k: ks[knee], score: distortions[knee] }
    // It rises again without having fallen far enough: that peak was none.
    else if (knee >= 0 && i < count - 1 && above[i] < above[i - 1] && above[i] < above[i + 1])
      threshold = -Infinity
  }
  return null
}
