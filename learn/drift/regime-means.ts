import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** Slots; regimes beyond three quarters of them share one. */
const SLOTS = 1024
/** Values of a regime before its mean is trusted. */
const TRUSTED = 30
/** Means go on learning as if no more than this had been seen: slowly adapted, never frozen. */
const MEMORY = 20_000

/**
 * Divides values by the mean of their regime so far (an hour of the day, say). As each value is compared with the
 * mean of those before it, an inexact mean does not look like a change.
 */
export class RegimeMeans {
  /** Regime of each slot plus one, 0 when free. */
  readonly #keys = new Float64Array(SLOTS)
  #used = 0
  readonly #counts = new Float64Array(SLOTS)
  readonly #means = new Float64Array(SLOTS)

  get bytes(): number {
    return 24 * SLOTS
  }

  /** The value over the mean of its regime, NaN while that is not known; then learns the value. */
  ratio(regime: number, value: number): number {
    if (!(value - value === 0)) return Number.NaN
    const slot = this.#slotOf(regime)
    const mean = this.#means[slot]
    const n = Math.min(++this.#counts[slot], MEMORY)
    this.#means[slot] += (value - mean) / n
    return n > TRUSTED && mean > 0 ? value / mean : Number.NaN
  }

  #slotOf(regime: number): number {
    const key = regime + 1
    let slot = (Math.imul(regime, 0x9e3779b1) >>> 22) % SLOTS
    while (this.#keys[slot] !== key) {
      if (this.#keys[slot] === 0) {
        if (this.#used >= (SLOTS * 3) / 4) return slot
        this.#used++
        this.#keys[slot] = key
        return slot
      }
      slot = (slot + 1) % SLOTS
    }
    return slot
  }

  /** Forgets everything: after a change the old means would make each regime look changed once more. */
  restart(): void {
    this.#counts.fill(0)
    this.#means.fill(0)
  }

  save(out: StateWriter): void {
    out.f64s(this.#keys)
    out.f64s(this.#counts)
    out.f64s(this.#means)
  }

  load(input: StateReader): void {
    this.#keys.set(input.f64s(SLOTS))
    this.#used = this.#keys.reduce((sum, key) => sum + (key === 0 ? 0 : 1), 0)
    this.#counts.set(input.f64s(SLOTS))
    this.#means.set(input.f64s(SLOTS))
  }
}
