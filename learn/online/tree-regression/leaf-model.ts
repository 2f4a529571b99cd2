/** Largest step along the gradient in River, per example. */
const RIVER_CLIP = 1e12
/** Scaled errors beyond this count as much. */
const CLIP = 3

/** The answer of the linear model `weights[at…]`, whose last number is the intercept. */
export function answerOf(weights: Float64Array, at: number, x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += weights[at + i] * x[i]
  return sum + weights[at + x.length]
}

/** Stochastic gradient descent on the squared error, as River's linear regression: unscaled values make it diverge. */
export function descend(
  weights: Float64Array,
  at: number,
  x: Float64Array,
  target: number,
  weight: number,
  rate: number,
): void {
  const raw = 2 * (answerOf(weights, at, x) - target) * weight
  const gradient = raw > RIVER_CLIP ? RIVER_CLIP : raw < -RIVER_CLIP ? -RIVER_CLIP : raw
  for (let i = 0; i < x.length; i++) weights[at + i] -= rate * (x[i] * gradient)
  weights[at + x.length] -= rate * gradient
}

/**
 * The same on standardised values, with the error clipped and the step at most what removes the error (normalised
 * least mean squares), so that weights cannot run away.
 */
export function descendSafely(
  weights: Float64Array,
  at: number,
  x: Float64Array,
  target: number,
  weight: number,
  rate: number,
): void {
  let size = 1
  for (let i = 0; i < x.length; i++) size += x[i] * x[i]
  const error = target - answerOf(weights, at, x)
  const step = Math.min(2 * rate * weight, 1 / size) * Math.max(-CLIP, Math.min(CLIP, error))
  if (!(Math.abs(step) < Infinity)) {
    weights.fill(0, at, at + x.length + 1)
    return
  }
  for (let i = 0; i < x.length; i++) weights[at + i] += step * x[i]
  weights[at + x.length] += step
}
