import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { grown } from './grown.ts'

/** Weights that move by AdaGrad (Duchi, Hazan and Singer 2011), and their running averages (Polyak and Juditsky 1992). */
export interface AveragedAdaGrad {
  /** As they move, and averaged; replaced when they grow. */
  readonly weights: Float64Array
  readonly averages: Float64Array
  /** Makes room for weights below `size`. */
  widen(size: number): void
  set(i: number, weight: number): void
  step(i: number, gradient: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Starting sum of squares: about one full-size gradient before a weight moves freely. */
const INITIAL_SQUARES = 1
/** Share of the newest weight in its average: after few steps, and at least, so that a drift is followed. */
const FIRST_SHARE = 0.5
const LEAST_SHARE = 0.002

/** For losses whose slope does not vanish at the optimum, where weights alone would jitter. */
export function createAveragedAdaGrad(rate: number, input?: StateReader): AveragedAdaGrad {
  let weights = input ? input.f64s() : new Float64Array(16)
  let squares = input ? input.f64s(weights.length) : new Float64Array(16).fill(INITIAL_SQUARES)
  let averages = input ? input.f64s(weights.length) : new Float64Array(16)
  let steps = input ? input.f64s(weights.length) : new Float64Array(16)
  return {
    get weights() {
      return weights
    },
    get averages() {
      return averages
    },
    widen(size) {
      if (size <= weights.length) return
      const before = weights.length
      weights = grown(weights, size)
      squares = grown(squares, weights.length).fill(INITIAL_SQUARES, before)
      averages = grown(averages, weights.length)
      steps = grown(steps, weights.length)
    },
    set(i, weight) {
      weights[i] = weight
      averages[i] = weight
    },
    step(i, gradient) {
      squares[i] += gradient * gradient
      weights[i] -= (rate * gradient) / Math.sqrt(squares[i])
      steps[i] += 1
      averages[i] += (weights[i] - averages[i]) * Math.max(LEAST_SHARE, 1 / (1 + FIRST_SHARE * steps[i]))
    },
    sizeBytes: () => 32 * weights.length,
    save(out) {
      out.f64s(weights)
      out.f64s(squares)
      out.f64s(averages)
      out.f64s(steps)
    },
  }
}
