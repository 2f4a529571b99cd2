import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Running mean and population variance of each column, for centring and scaling to unit variance. */
export interface StandardScaler {
  /** Counts a value of column i; one that is not finite is ignored. */
  learn(i: number, value: number, weight?: number): void
  /** The value in standard deviations from the mean; 0 as long as the column has not varied. */
  scale(i: number, value: number): number
  mean(i: number): number
  deviation(i: number): number
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Values beyond count as this much, so that their squares stay finite. */
const LARGEST = 1e100

/** Welford's recurrence, in River's order of operations. */
export function createStandardScaler(width: number, input?: StateReader): StandardScaler {
  const weights = input ? input.f64s(width) : new Float64Array(width)
  const means = input ? input.f64s(width) : new Float64Array(width)
  const variances = input ? input.f64s(width) : new Float64Array(width)
  return {
    learn(i, value, weight = 1) {
      if (!Number.isFinite(value) || !(weight > 0)) return
      const x = bounded(value)
      weights[i] += weight
      const share = weight / weights[i]
      const before = x - means[i]
      means[i] += before * share
      variances[i] += (before * (x - means[i]) - variances[i]) * share
    },
    scale(i, value) {
      return variances[i] > 0 ? (bounded(value) - means[i]) / Math.sqrt(variances[i]) : 0
    },
    mean: i => means[i],
    deviation: i => Math.sqrt(variances[i]),
    sizeBytes: () => 24 * width,
    save(out) {
      out.f64s(weights)
      out.f64s(means)
      out.f64s(variances)
    },
  }
}

function bounded(value: number): number {
  return value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value
}
