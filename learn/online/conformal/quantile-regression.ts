import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { createAveragedAdaGrad } from '../linear/averaged-ada-grad.ts'
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

/** Step of AdaGrad, in units of the value. */
const RATE = 0.3

/**
 * Online quantile regression: subgradient of the pinball loss (Koenker and Bassett 1978). Each indicator among the inputs
 * thereby gets its own long-run coverage (Gibbs, Cherian and Candès 2023).
 */
export function createQuantileRegression(quantile: number, input?: StateReader): QuantileRegression {
  /** Of 1 and of the size, then of each input and of its product with the size. */
  const moving = createAveragedAdaGrad(RATE, input)

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

  return {
    at: (row, size) => valueOf(moving.averages, row, size),
    start(constant, slope) {
      moving.set(0, constant)
      moving.set(1, slope)
    },
    learn(row, size, value, inputs) {
      moving.widen(2 * inputs + 2)
      const slope = (value < valueOf(moving.weights, row, size) ? 1 : 0) - quantile
      moving.step(0, slope)
      moving.step(1, slope * size)
      for (let j = 0; j < row.length; j++) {
        const i = 2 * row.indices[j] + 2
        moving.step(i, slope * row.values[j])
        moving.step(i + 1, slope * size * row.values[j])
      }
    },
    sizeBytes: moving.sizeBytes,
    save: moving.save,
  }
}
