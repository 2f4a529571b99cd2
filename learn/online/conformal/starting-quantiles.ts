export interface StartingQuantiles {
  /** [constant, slope] of each bound, in units of the mean error. */
  low: readonly [number, number]
  high: readonly [number, number]
}

/** The least size that an error is divided by, in mean predictions. */
const SMALLEST = 0.05

/**
 * Quantiles of the first errors, either as they are or relative to the size of the prediction, whichever has the smaller
 * pinball loss.
 */
export function startingQuantiles(
  errors: Float64Array,
  predictions: Float64Array,
  tail: number,
  meanError: number,
): StartingQuantiles {
  const unit = meanError > 0 ? meanError : 1
  const mean = predictions.reduce((sum, size) => sum + size, 0) / predictions.length
  const sizes = predictions.map(size => (mean > 0 ? Math.max(SMALLEST, size / mean) : 1))
  const plain = errors.map(error => error / unit)
  const relative = plain.map((error, i) => error / sizes[i])
  const [low, high] = [quantileOf(plain, tail), quantileOf(plain, 1 - tail)]
  const [lowSlope, highSlope] = [quantileOf(relative, tail), quantileOf(relative, 1 - tail)]
  let gain = 0
  for (let i = 0; i < plain.length; i++) {
    gain += pinball(plain[i] - low, tail) + pinball(plain[i] - high, 1 - tail)
    gain -= pinball(plain[i] - lowSlope * sizes[i], tail) + pinball(plain[i] - highSlope * sizes[i], 1 - tail)
  }
  if (gain > 0) return { low: [0, lowSlope], high: [0, highSlope] }
  return { low: [low, 0], high: [high, 0] }
}

function quantileOf(values: Float64Array, quantile: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(quantile * sorted.length - 0.5)))]
}

function pinball(error: number, quantile: number): number {
  return error < 0 ? (quantile - 1) * error : quantile * error
}
