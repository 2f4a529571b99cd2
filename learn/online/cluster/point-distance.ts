/**
 * Squared Euclidean distance over the values that both points have, scaled up to all of them (partial distance strategy,
 * Dixon 1979). Infinity when they share none.
 */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  let shared = 0
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i]
    if (difference !== difference) continue
    sum += difference * difference
    shared += 1
  }
  return shared === 0 ? Infinity : (sum * a.length) / shared
}

/** Moves a centre towards a point in place; what the point lacks stays, what the centre lacks is taken over. */
export function moveTowards(center: Float64Array, point: Float64Array, rate: number): void {
  for (let i = 0; i < center.length; i++) {
    if (point[i] !== point[i]) continue
    center[i] = center[i] === center[i] ? center[i] + rate * (point[i] - center[i]) : point[i]
  }
}
