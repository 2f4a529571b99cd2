/**
 * Weight, mean and sum of squared deviations of a target, three numbers in a row of an array. Updated as by Welford
 * (West 1979), joined and taken apart as by Chan, Golub and LeVeque (1983), in the order of operations of
 * `river.stats.Var` with ddof 1.
 */
export const MOMENTS = 3

/** Counts `y` with weight `w`. */
export function countTarget(moments: Float64Array, at: number, y: number, w: number): void {
  const n = moments[at] + w
  const old = moments[at + 1]
  const mean = old + (w / n) * (y - old)
  moments[at] = n
  moments[at + 1] = mean
  moments[at + 2] += w * (y - old) * (y - mean)
}

/** Adds what `other` counted. */
export function joinMoments(into: Float64Array, at: number, other: Float64Array, from: number): void {
  const n = into[at]
  const m = other[from]
  const apart = into[at + 1] - other[from + 1]
  into[at + 2] = into[at + 2] + other[from + 2] + (apart * apart * n * m) / (n + m)
  into[at + 1] = (n * into[at + 1] + m * other[from + 1]) / (n + m)
  into[at] = n + m
}

/** Takes away what `other` counted, of which all must be in. */
export function partMoments(from: Float64Array, at: number, other: Float64Array, taken: number): void {
  const m = other[taken]
  const n = Math.max(0, from[at] - m)
  const mean = n > 0 ? (from[at] * from[at + 1] - m * other[taken + 1]) / n : 0
  const apart = mean - other[taken + 1]
  from[at + 2] = from[at + 2] - other[taken + 2] - (apart * apart * n * m) / (n + m)
  from[at + 1] = mean
  from[at] = n
}

/** Variance with ddof 1; 0 below that weight. */
export function varianceOf(n: number, squares: number): number {
  return n > 1 ? squares / (n - 1) : 0
}
