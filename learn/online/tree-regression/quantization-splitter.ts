import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { capacityFor } from './capacity.ts'
import { countTarget, joinMoments, MOMENTS, partMoments } from './moments.ts'
import { gainOfTwo, TEST, type SplitCandidate, type SplitRules } from './split-candidate.ts'
import type { TargetSplitter } from './target-splitter.ts'

/** Numbers per slot: its index, the mean of the column, the moments of the target. */
const STRIDE = 2 + MOMENTS
const lower = new Float64Array(MOMENTS)
const children = new Float64Array(2 * MOMENTS)

/**
 * Quantization observer (Mastelini and de Carvalho 2021): slots of `radius` width keep the target's moments, thresholds
 * lie midway between the means of neighbours. Beyond `maxSlots` the radius doubles and neighbours are joined.
 */
export class QuantizationSplitter implements TargetSplitter {
  readonly #maxSlots: number
  #radius: number
  #count: number
  /** Slots in ascending order of their index. */
  #slots: Float64Array

  constructor(radius: number, maxSlots: number, input?: StateReader) {
    this.#maxSlots = maxSlots
    this.#radius = input?.f64() ?? radius
    const slots = input?.f64s() ?? new Float64Array(0)
    this.#count = Math.floor(slots.length / STRIDE)
    this.#slots = new Float64Array(STRIDE * capacityFor(this.#count))
    this.#slots.set(slots.subarray(0, STRIDE * this.#count))
  }

  get bytes(): number {
    return 8 * this.#slots.length
  }

  update(x: number, y: number, w: number): number {
    const before = this.bytes
    const at = this.#slotOf(Math.floor(x / this.#radius))
    countTarget(this.#slots, at + 2, y, w)
    this.#slots[at + 1] += (w / this.#slots[at + 2]) * (x - this.#slots[at + 1])
    while (this.#count > this.#maxSlots) this.#coarsen()
    return this.bytes - before
  }

  propose(rules: SplitRules, parent: Float64Array, at: number, out: SplitCandidate): void {
    if (this.#count < 2) return
    const slots = this.#slots
    out.resize(2)
    lower.fill(0)
    joinMoments(lower, 0, slots, 2)
    for (let i = 1; i < this.#count; i++) {
      const slot = STRIDE * i
      // River counts the slot above the threshold to the left child.
      if (rules.river) joinMoments(lower, 0, slots, slot + 2)
      for (let j = 0; j < MOMENTS; j++) {
        children[j] = lower[j]
        children[MOMENTS + j] = parent[at + j]
      }
      partMoments(children, MOMENTS, lower, 0)
      const merit = gainOfTwo(rules, parent, at, children)
      if (merit > out.merit) {
        out.merit = merit
        out.value = (slots[slot - STRIDE + 1] + slots[slot + 1]) / 2
        out.children.set(children)
        out.test = TEST.numeric
      }
      if (!rules.river) joinMoments(lower, 0, slots, slot + 2)
    }
    // River's left child holds the running sum itself, which in the end is the sum of all slots.
    if (rules.river) out.children.set(lower)
  }

  save(out: StateWriter): void {
    out.f64(this.#radius)
    out.f64s(this.#slots.subarray(0, STRIDE * this.#count))
  }

  /** Where the slot of that index begins, made if need be. */
  #slotOf(index: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#slots[STRIDE * middle] < index) low = middle + 1
      else high = middle
    }
    const at = STRIDE * low
    if (low < this.#count && this.#slots[at] === index) return at
    this.#resize(this.#count + 1)
    this.#slots.copyWithin(at + STRIDE, at, STRIDE * (this.#count - 1))
    this.#slots.fill(0, at, at + STRIDE)
    this.#slots[at] = index
    return at
  }

  #coarsen(): void {
    const slots = this.#slots
    this.#radius *= 2
    let kept = 0
    for (let i = 0; i < this.#count; i++) {
      const index = Math.floor(slots[STRIDE * i] / 2)
      const at = STRIDE * (kept - 1)
      if (kept > 0 && slots[at] === index) {
        const [n, m] = [slots[at + 2], slots[STRIDE * i + 2]]
        slots[at + 1] = (n * slots[at + 1] + m * slots[STRIDE * i + 1]) / (n + m)
        joinMoments(slots, at + 2, slots, STRIDE * i + 2)
      } else {
        slots.copyWithin(STRIDE * kept, STRIDE * i, STRIDE * (i + 1))
        slots[STRIDE * kept] = index
        kept++
      }
    }
    this.#resize(kept)
  }

  #resize(count: number): void {
    this.#count = count
    const length = STRIDE * capacityFor(count)
    if (length === this.#slots.length) return
    const slots = this.#slots
    this.#slots = new Float64Array(length)
    this.#slots.set(slots.subarray(0, Math.min(length, slots.length)))
  }
}
