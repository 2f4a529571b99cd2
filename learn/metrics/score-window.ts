import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { ClassificationObservation } from './metric.ts'
import { type RankedScores, rankScores } from './ranked-scores.ts'
import type { SavedState } from './saved-state.ts'

/** Index: 2 * label + flagged; counts of a window's decisions. */
export type DecisionCounts = readonly [
  trueNegatives: number,
  falsePositives: number,
  falseNegatives: number,
  truePositives: number,
]

/**
 * The last `size` observations of a binary classification, one ring behind all the figures of that window: an update stores
 * four numbers, everything else is computed when asked for. Scores that are not finite are left out.
 */
export class ScoreWindow {
  readonly size: number
  n = 0
  #next = 0
  #scores: Float64Array
  #seqs: Float64Array
  /** 2 * label + flagged. */
  #cells: Uint8Array
  #ranked: RankedScores | null = null

  constructor(size: number, from?: SavedState) {
    this.size = size
    const input = from?.input
    this.#scores = input ? input.f64s(size) : new Float64Array(size)
    this.#seqs = input ? input.f64s(size) : new Float64Array(size).fill(Number.NaN)
    this.#cells = input ? input.bytes(size) : new Uint8Array(size)
    this.n = input ? input.u32() : 0
    this.#next = input ? input.u32() : 0
  }

  /** Takes over what the rolling area under the curve of release 0.4 held: scores and labels. */
  loadScoresAndLabels(input: StateReader): void {
    this.#scores = input.f64s(this.size)
    this.#cells = input.bytes(this.size).map(label => 2 * label)
    this.n = input.u32()
    this.#next = input.u32()
    // The number of positives, which the ring tells.
    input.u32()
  }

  add({ label, score, flagged, seq = Number.NaN }: ClassificationObservation): void {
    if (!(score - score === 0)) return
    const at = this.#next
    this.#scores[at] = score
    this.#cells[at] = 2 * label + (flagged ? 1 : 0)
    this.#seqs[at] = seq
    this.#next = at + 1 === this.size ? 0 : at + 1
    if (this.n < this.size) this.n += 1
    this.#ranked = null
  }

  /** Replaces the observation of the same number, if it is still here. */
  correct({ label, score, flagged, seq = Number.NaN }: ClassificationObservation): void {
    const at = this.#seqs.indexOf(seq)
    if (at < 0 || at >= this.n || !(score - score === 0)) return
    this.#scores[at] = score
    this.#cells[at] = 2 * label + (flagged ? 1 : 0)
    this.#ranked = null
  }

  /** All observations by their score, each distinct score once. Kept until the window changes. */
  ranked(): RankedScores {
    this.#ranked ??= rankScores(this.#scores, this.#cells, this.n)
    return this.#ranked
  }

  /** Decisions of the last `last` observations. */
  decisions(last = this.n): DecisionCounts {
    const counts: [number, number, number, number] = [0, 0, 0, 0]
    for (let i = 1; i <= Math.min(last, this.n); i++) {
      counts[this.#cells[(this.#next - i + this.size) % this.size]] += 1
    }
    return counts
  }

  save(out: StateWriter): void {
    out.f64s(this.#scores)
    out.f64s(this.#seqs)
    out.bytes(this.#cells)
    out.u32(this.n)
    out.u32(this.#next)
  }
}
