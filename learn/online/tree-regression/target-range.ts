import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** The smallest and the largest target seen. */
export class TargetRange {
  #lowest = Infinity
  #highest = -Infinity

  constructor(input?: StateReader) {
    if (!input) return
    this.#lowest = input.f64()
    this.#highest = input.f64()
  }

  count(target: number): void {
    if (target < this.#lowest) this.#lowest = target
    if (target > this.#highest) this.#highest = target
  }

  /** The nearest value within the range; 0 before the first target, the lowest for what is not a number. */
  clamp(answer: number): number {
    if (this.#lowest > this.#highest) return 0
    if (!(answer >= this.#lowest)) return this.#lowest
    return answer > this.#highest ? this.#highest : answer
  }

  save(out: StateWriter): void {
    out.f64(this.#lowest)
    out.f64(this.#highest)
  }
}
