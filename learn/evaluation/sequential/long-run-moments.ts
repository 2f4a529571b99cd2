import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Lengths of blocks are powers of two below this one: more events than any stream has. */
const LEVELS = 48
/** Fewer blocks than this tell nothing of their spread. */
const FEWEST = 16

/**
 * Variance that the mean of a dependent series has, times its length, in constant memory: the largest that blocks of
 * 1, 2, 4, … events show while there are at least sixteen. Whatever repeats or correlates over less than about a
 * sixteenth of the series is seen by some length; the largest of many lengths counts because a length that fits the
 * period of a regime is blind to it. (Dynamic batch means: Yeh and Schmeiser 2000.)
 */
export class LongRunMoments {
  /** Of each level: the half block that waits for its other half, whether there is one, blocks, mean, squares. */
  readonly #waiting: Float64Array
  readonly #isWaiting: Uint8Array
  readonly #count: Float64Array
  readonly #mean: Float64Array
  readonly #squares: Float64Array
  #cubes: number

  constructor() {
    this.#waiting = new Float64Array(LEVELS)
    this.#isWaiting = new Uint8Array(LEVELS)
    this.#count = new Float64Array(LEVELS)
    this.#mean = new Float64Array(LEVELS)
    this.#squares = new Float64Array(LEVELS)
    this.#cubes = 0
  }

  get n(): number {
    return this.#count[0]
  }

  get mean(): number {
    return this.#mean[0]
  }

  update(value: number): void {
    this.#cube(value)
    let sum = value
    for (let level = 0; level < LEVELS; level++) {
      const n = (this.#count[level] += 1)
      const off = sum - this.#mean[level]
      this.#mean[level] += off / n
      this.#squares[level] += off * (sum - this.#mean[level])
      if (this.#isWaiting[level] === 0) {
        this.#isWaiting[level] = 1
        this.#waiting[level] = sum
        return
      }
      this.#isWaiting[level] = 0
      sum += this.#waiting[level]
    }
  }

  /**
   * Each length's variance is multiplied by that of Student's distribution with its degrees of freedom, for it is
   * itself estimated. 0 for a constant series, Infinity before there are sixteen values.
   */
  variance(): number {
    let largest = this.#count[0] < FEWEST ? Infinity : 0
    for (let level = 0, length = 1; level < LEVELS && this.#count[level] >= FEWEST; level++, length *= 2) {
      // (count - 1) / (count - 3) is the factor; count - 1 is the estimator's own divisor.
      largest = Math.max(largest, this.#squares[level] / ((this.#count[level] - 3) * length))
    }
    return largest
  }

  /** Skewness of the values divided by the root of their number: about that of their sum. */
  skewness(): number {
    return this.#squares[0] > 0 ? this.#cubes / this.#squares[0] ** 1.5 : 0
  }

  save(out: StateWriter): void {
    out.f64s(this.#waiting)
    out.bytes(this.#isWaiting)
    out.f64s(this.#count)
    out.f64s(this.#mean)
    out.f64s(this.#squares)
    out.f64(this.#cubes)
  }

  load(input: StateReader): void {
    this.#waiting.set(input.f64s(LEVELS))
    this.#isWaiting.set(input.bytes(LEVELS))
    this.#count.set(input.f64s(LEVELS))
    this.#mean.set(input.f64s(LEVELS))
    this.#squares.set(input.f64s(LEVELS))
    this.#cubes = input.f64()
    const all = [this.#waiting, this.#count, this.#mean, this.#squares, Float64Array.of(this.#cubes)]
    if (all.every(values => values.every(Number.isFinite)) && this.#count.every(n => n >= 0)) return
    throw codedError('CHECKPOINT_CORRUPT', 'The moments of a comparison are not finite, wanted finite sums.')
  }

  /** Third central moment; before the second and first are updated (Terriberry 2007). */
  #cube(value: number): void {
    const n = this.#count[0] + 1
    const off = value - this.#mean[0]
    const step = off / n
    this.#cubes += off * step * (n - 1) * step * (n - 2) - 3 * step * this.#squares[0]
  }
}
