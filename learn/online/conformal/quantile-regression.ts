import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { grown } from '../linear/grown.ts'
import type { LinearRow } from '../linear/linear-design.ts'

/** A conditional quantile that is linear in 1, `size`, the inputs of a row and size times these. */
export interface QuantileRegression {
  at(row: LinearRow, size: number): number
  /** Sets the part without inputs: `constant + slope * size`. */
  start(constant: number, slope: number): void
  /** Learns a value at a row whose inputs are all below `inputs`. */
  learn(row: LinearRow, size: number, value: number, inputs: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Step of AdaGrad, in units of the value, and its starting sum of squares. */
const RATE = 0.3
const INITIAL_SQUARES = 1
/** Share of the newest weight in its running average: after few steps, and at least. */
const FIRST_SHARE = 0.5
const LEAST_SHARE = 0.002

/**
 * Online quantile regression: subgradient of the pinball loss (Koenker and Bassett 1978) by AdaGrad, whose large steps are
 * averaged (Polyak and Juditsky 1992). Each indicator among the inputs thereby gets its own long-run coverage
 * (Gibbs, Cherian and Candès 2023).
 */
export function createQuantileRegression(quantile: number, input?: StateReader): QuantileRegression {
  /** Of 1 and of the size, then of each input and of its product with the size. */
  let weights = input ? input.f64s() : new Float64Array(16)
  let squares = input ? input.f64s(weights.length) : new Float64Array(16).fill(INITIAL_SQUARES)
  let averages = input ? input.f64s(weights.length) : new Float64Array(16)
  let steps = input ? input.f64s(weights.length) : new Float64Array(16)

  function valueOf(of: Float64Array, { length, indices, values }: LinearRow, size: number): number {
    let constant = of[0]
    let slope = of[1]
    for (let j = 0; j < length; j++) {
      const i = 2 * indices[j] + 2
      if (i >= of.length) continue
      constant += of[i] * values[j]
      slope += of[i + 1] * values[j]
    }
    return constant + slope * size
  }

  function step(i: number, gradient: number): void {
    squares[i] += gradient * gradient
    weights[i] -= (RATE * gradient) / Math.sqrt(squares[i])
    steps[i] += 1
    averages[i] += (weights[i] - averages[i]) * Math.max(LEAST_SHARE, 1 / (1 + FIRST_SHARE * steps[i]))
  }

  function widen(size: number): void {
    const before = weights.length
    weights = grown(weights, size)
    squares = grown(squares, weights.length).fill(INITIAL_SQUARES, before)
    averages = grown(averages, weights.length)
    steps = grown(steps, weights.length)
  }

  return {
    at: (row, size) => valueOf(averages, row, size),
    start(constant, slope) {
      weights[0] = averages[0] = constant
      weights[1] = averages[1] = slope
    },
    learn(row, size, value, inputs) {
      if (2 * inputs + 2 > weights.length) widen(2 * inputs + 2)
      const slope = (value < valueOf(weights, row, size) ? 1 : 0) - quantile
      step(0, slope)
      step(1, slope * size)
      for (let j = 0; j < row.length; j++) {
        const i = 2 * row.indices[j] + 2
        step(i, slope * row.values[j])
        step(i + 1, slope * size * row.values[j])
      }
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
