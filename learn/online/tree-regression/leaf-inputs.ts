import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { countTarget, MOMENTS, varianceOf } from './moments.ts'

/** Standard deviations beyond which a standardised value is cut. */
const FARTHEST = 6

/**
 * What the linear models in the leaves see of a row: its numeric columns, as they are (River) or standardised by running
 * means and deviations, the target too; a missing value is 0. One for all trees of a forest.
 */
export class LeafInputs {
  readonly #scaled: boolean
  readonly #columns: Int32Array
  /** Moments of each numeric column, then of the target. */
  readonly #moments: Float64Array
  /** The row that was read last. */
  readonly values: Float64Array

  constructor(columns: readonly Column[], scaled: boolean, input?: StateReader) {
    this.#scaled = scaled
    this.#columns = Int32Array.from(columns.flatMap(({ kind }, i) => (kind === 'numeric' ? [i] : [])))
    this.values = new Float64Array(this.#columns.length)
    const length = MOMENTS * (this.#columns.length + 1)
    this.#moments = input ? input.f64s(length) : new Float64Array(length)
  }

  /** Numbers of a model: a weight per numeric column and the intercept. */
  get modelWidth(): number {
    return this.#columns.length + 1
  }

  get bytes(): number {
    return 8 * (this.#moments.length + this.values.length)
  }

  /** Fills `values` from the row. */
  read(row: Row): void {
    const { values } = this
    for (let i = 0; i < values.length; i++) {
      const x = row[this.#columns[i]]
      if (x - x !== 0) values[i] = 0
      else values[i] = this.#scaled ? this.#standardised(x, MOMENTS * i) : x
    }
  }

  /** Learns means and deviations. */
  count(row: Row, target: number, weight: number): void {
    if (!this.#scaled) return
    for (let i = 0; i < this.#columns.length; i++) {
      const x = row[this.#columns[i]]
      if (x - x === 0) countTarget(this.#moments, MOMENTS * i, x, weight)
    }
    countTarget(this.#moments, MOMENTS * this.#columns.length, target, weight)
  }

  /** The target as the models learn it. */
  scaleTarget(target: number): number {
    if (!this.#scaled) return target
    const deviation = this.#targetDeviation()
    return deviation > 0 ? (target - this.#moments[MOMENTS * this.#columns.length + 1]) / deviation : 0
  }

  /** What a model's answer says in the target's unit. */
  unscaleTarget(answer: number): number {
    if (!this.#scaled) return answer
    return this.#moments[MOMENTS * this.#columns.length + 1] + answer * this.#targetDeviation()
  }

  save(out: StateWriter): void {
    out.f64s(this.#moments)
  }

  #targetDeviation(): number {
    const at = MOMENTS * this.#columns.length
    return Math.sqrt(varianceOf(this.#moments[at], this.#moments[at + 2]))
  }

  #standardised(x: number, at: number): number {
    const deviation = Math.sqrt(varianceOf(this.#moments[at], this.#moments[at + 2]))
    if (!(deviation > 0)) return 0
    return Math.max(-FARTHEST, Math.min(FARTHEST, (x - this.#moments[at + 1]) / deviation))
  }
}
