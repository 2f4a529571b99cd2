import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

interface Options {
  /** Coefficients that are believed before any example. */
  start: Float64Array
  /** Variance of that belief, of every coefficient. */
  variance: Float64Array
  /** Examples after which an old one counts half. */
  halfLife: number
}

/** A logistic regression of a few inputs that learns as fast as the examples allow. */
export interface SmallLogistic {
  readonly coefficients: Float64Array
  /** Learns one example; inputs must be finite. `target` may lie between 0 and 1. */
  update(inputs: Float64Array, target: number, weight: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** More than enough: each step of Newton within brackets at least halves them. */
const STEPS = 40
const PRECISE = 1e-12

/**
 * Online Bayesian logistic regression by implicit Newton steps: each example moves the coefficients to the minimum of its
 * own log loss plus the distance to what was believed (Kulis and Bartlett 2010, "Implicit online learning"), the
 * distance measured by a covariance that shrinks with the information seen. An implicit step cannot overshoot, however
 * surprising the example. Old examples are forgotten by inflating the covariance, up to that of the start.
 */
export function createSmallLogistic(
  { start, variance, halfLife }: Options,
  input?: StateReader,
): SmallLogistic {
  const size = start.length
  const coefficients = input ? input.f64s(size) : Float64Array.from(start)
  const covariance = input ? input.f64s(size * size) : new Float64Array(size * size)
  if (!input) for (let i = 0; i < size; i++) covariance[i * size + i] = variance[i]
  const moved = new Float64Array(size)
  const most = variance.reduce((sum, value) => sum + value, 0)
  const forget = 2 ** (1 / halfLife)

  /** The margin after learning: margin + spread * weight * (target - sigmoid(it)). */
  function implicit(margin: number, spread: number, target: number): number {
    const full = margin + spread * (target - sigmoid(margin))
    let low = Math.min(margin, full)
    let high = Math.max(margin, full)
    let z = margin
    for (let step = 0; step < STEPS; step++) {
      const p = sigmoid(z)
      const excess = z - margin - spread * (target - p)
      if (excess > 0) high = z
      else low = z
      const next = z - excess / (1 + spread * p * (1 - p))
      const inside = next > low && next < high ? next : (low + high) / 2
      if (Math.abs(inside - z) < PRECISE) return inside
      z = inside
    }
    return z
  }

  return {
    coefficients,
    update(inputs, target, weight) {
      let trace = 0
      let spread = 0
      let margin = 0
      for (let i = 0; i < size; i++) {
        let sum = 0
        for (let j = 0; j < size; j++) sum += covariance[i * size + j] * inputs[j]
        moved[i] = sum
        spread += sum * inputs[i]
        margin += coefficients[i] * inputs[i]
        trace += covariance[i * size + i]
      }
      const p = sigmoid(implicit(margin, spread * weight, target))
      const step = weight * (target - p)
      const information = weight * p * (1 - p)
      const shrink = information / (1 + information * spread)
      const inflate = trace * forget < most ? forget : 1
      for (let i = 0; i < size; i++) {
        coefficients[i] += moved[i] * step
        for (let j = 0; j < size; j++) {
          covariance[i * size + j] = inflate * (covariance[i * size + j] - shrink * moved[i] * moved[j])
        }
      }
    },
    sizeBytes: () => 8 * (2 * size + size * size),
    save(out) {
      out.f64s(coefficients)
      out.f64s(covariance)
    },
  }
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z))
}
