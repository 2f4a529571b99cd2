import { createAdwin, loadAdwin, type Adwin } from '../../drift/adwin.ts'
import type { PythonRandom } from '../../math/python-random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Row } from '../learner.ts'
import type { LeafInputs } from '../tree-regression/leaf-inputs.ts'
import { countTarget, MOMENTS, varianceOf } from '../tree-regression/moments.ts'
import { RegressionTree } from '../tree-regression/regression-tree.ts'
import type { TreeRules } from '../tree-regression/tree-rules.ts'

export interface MemberRules {
  readonly tree: TreeRules
  readonly warningDelta: number
  readonly driftDelta: number
}

/**
 * One tree of an adaptive random forest: a detector of warnings starts a background tree, a detector of drift puts it in
 * the tree's place. Both watch the error, normalised by its running deviation as the forest of River does.
 */
export class ForestMember {
  readonly #rules: MemberRules
  readonly #inputs: LeafInputs
  readonly #random: PythonRandom
  #tree: RegressionTree
  #background: RegressionTree | null = null
  #warning: Adwin
  #drift: Adwin
  /** Moments of the error, never forgotten. */
  readonly #errors: Float64Array = new Float64Array(MOMENTS)
  /** Mean squared error of the tree in place, and examples behind it. */
  #meanSquare = 0
  #scored = 0
  warnings = 0
  drifts = 0

  constructor(rules: MemberRules, inputs: LeafInputs, random: PythonRandom, input?: StateReader) {
    this.#rules = rules
    this.#inputs = inputs
    this.#random = random
    this.#tree = this.#newTree(input)
    if (input?.bool()) this.#background = this.#newTree(input)
    this.#warning = input ? loadAdwin(input) : createAdwin({ delta: rules.warningDelta })
    this.#drift = input ? loadAdwin(input) : createAdwin({ delta: rules.driftDelta })
    if (!input) return
    this.#errors.set(input.f64s(MOMENTS))
    this.#meanSquare = input.f64()
    this.#scored = input.f64()
    this.warnings = input.u32()
    this.drifts = input.u32()
  }

  get bytes(): number {
    return this.#tree.bytes + (this.#background?.bytes ?? 0) + ADWIN_BYTES
  }

  get meanSquare(): number {
    return this.#meanSquare
  }

  predict(row: Row): number {
    return this.#tree.predict(row)
  }

  /** Scores the prediction for this example; an example that is drawn (weight above 0) is learned. */
  score(error: number): void {
    this.#scored++
    this.#meanSquare += (error * error - this.#meanSquare) / this.#scored
  }

  /** Learns with `weight`, as does the background tree, and replaces the tree on drift. */
  learn(row: Row, target: number, weight: number, error: number): void {
    this.#background?.learn(row, target, weight)
    this.#tree.learn(row, target, weight)
    const signal = this.#normalised(error)
    if (this.#warning.update(signal)) {
      this.#background = this.#newTree()
      this.#warning = createAdwin({ delta: this.#rules.warningDelta })
      this.warnings++
    }
    if (!this.#drift.update(signal)) return
    if (this.#background) this.#warning = createAdwin({ delta: this.#rules.warningDelta })
    this.#tree = this.#background ?? this.#newTree()
    this.#background = null
    this.#drift = createAdwin({ delta: this.#rules.driftDelta })
    this.#meanSquare = 0
    this.#scored = 0
    this.drifts++
  }

  save(out: StateWriter): void {
    this.#tree.save(out)
    out.bool(this.#background !== null)
    this.#background?.save(out)
    this.#warning.save(out)
    this.#drift.save(out)
    out.f64s(this.#errors)
    out.f64(this.#meanSquare)
    out.f64(this.#scored)
    out.u32(this.warnings)
    out.u32(this.drifts)
  }

  /** The error in units of six deviations around one half. */
  #normalised(error: number): number {
    countTarget(this.#errors, 0, error, 1)
    if (this.#errors[0] === 1) return 0.5
    const deviation = Math.sqrt(varianceOf(this.#errors[0], this.#errors[2]))
    return deviation > 0 ? (error + 3 * deviation) / (6 * deviation) : 0.5
  }

  #newTree(input?: StateReader): RegressionTree {
    return new RegressionTree(this.#rules.tree, this.#inputs, this.#random, input)
  }
}

/** Two detectors with rows of six buckets of two numbers each, at most 32 rows. */
const ADWIN_BYTES = 2 * 32 * (6 * 16 + 8)
