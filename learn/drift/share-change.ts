import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { binaryEvidence, logOddsRatio, meanEvidence } from './evidence.ts'

/** Values in the smallest bucket. */
const BLOCK = 16
/** Buckets of one size before the two oldest are merged: a cut is known to about an eighth of its distance. */
const BUCKETS = 8
/** 16 * 8 * 2^12 values: about half a million are remembered, older ones are dropped. */
const ROWS = 13
/** Values before a cut that make a baseline. */
const BASELINE = 400

export interface ShareChangeOptions {
  bins: number
  /** Of ordered bins: their mean is tested too. */
  scores?: Float64Array | null
  /** Tests the share at or above each bin, not of each: for ordered bins of which some are rare. */
  cumulative?: boolean
  /** Odds ratio that a change of a share must have to matter; of a mean, as standard deviations: its logarithm / 2. */
  relevance?: number
}

/** Where the evidence for a change is strongest. */
export interface Cut {
  /** A bin, with `cumulative` it and those above, or -1 for the mean of scores. */
  component: number
  evidence: number
  /** Values since the cut. */
  after: number
}

/**
 * Finds a change in the shares of a few bins: generalised likelihood ratio of two samples at every cut of an
 * exponential histogram, for each bin against the rest and, with `scores`, for the mean score. The baseline is all
 * that came before the cut, so that nothing need be known of it (Maillard 2019, "Sequential change-point detection:
 * Laplace concentration"; Besson and Kaufmann 2019). Pearson's statistic, which is never below the likelihood ratio
 * in nats, is a screen without logarithms.
 */
export class ShareChange {
  readonly #bins: number
  readonly #scores: Float64Array | null
  readonly #cumulative: boolean
  readonly #relevance: number
  /** Numbers of a bucket: its counts, then the sum of its values. */
  readonly #stride: number
  readonly #buckets: Float64Array
  readonly #heads = new Int32Array(ROWS)
  readonly #counts = new Int32Array(ROWS)
  readonly #totals: Float64Array
  readonly #block: Float64Array
  readonly #suffix: Float64Array
  readonly #inverse: Float64Array
  #inBlock = 0
  #blocks = 0
  #n = 0
  readonly cut: Cut = { component: -1, evidence: 0, after: 0 }

  constructor({ bins, scores = null, cumulative = false, relevance = 1 }: ShareChangeOptions) {
    this.#bins = bins
    this.#scores = scores
    this.#cumulative = cumulative
    this.#relevance = Math.log(relevance)
    this.#stride = bins + 1
    this.#buckets = new Float64Array(ROWS * (BUCKETS + 1) * this.#stride)
    this.#totals = new Float64Array(this.#stride)
    this.#block = new Float64Array(this.#stride)
    this.#suffix = new Float64Array(this.#stride)
    this.#inverse = new Float64Array(bins)
  }

  /** Values remembered in whole blocks. */
  get n(): number {
    return this.#n
  }

  /** Tests that one look makes, which a threshold has to allow for. */
  get components(): number {
    if (this.#bins === 2 || this.#cumulative) return this.#bins - 1
    return this.#bins + (this.#scores ? 1 : 0)
  }

  get bytes(): number {
    return 8 * (this.#buckets.length + 3 * this.#stride + this.#bins) + 8 * ROWS
  }

  /** Counts one value in its bin. True when the evidence for some change exceeds `threshold` nats; then see `cut`. */
  add(bin: number, value: number, threshold: number): boolean {
    this.#block[bin]++
    this.#block[this.#bins] += value
    if (++this.#inBlock < BLOCK) return false
    this.#push()
    return this.#n > BASELINE && this.#search(threshold)
  }

  /** Fills the counts and the sum of values before and after the cut. */
  split(before: Float64Array, after: Float64Array): void {
    after.fill(0)
    let left = this.cut.after
    for (let row = 0; row < ROWS && left > 0; row++) {
      for (let i = this.#counts[row] - 1; i >= 0 && left > 0; i--) {
        this.#addTo(after, this.#slot(row, i))
        left -= BLOCK * 2 ** row
      }
    }
    for (let j = 0; j < this.#stride; j++) before[j] = this.#totals[j] - after[j]
  }

  save(out: StateWriter): void {
    out.u32(this.#inBlock)
    out.f64(this.#blocks)
    out.f64s(this.#block)
    out.i32s(this.#counts)
    const stored = this.#counts.reduce((sum, count) => sum + count, 0)
    const values = new Float64Array(stored * this.#stride)
    let at = 0
    for (let row = 0; row < ROWS; row++) {
      for (let i = 0; i < this.#counts[row]; i++, at += this.#stride) {
        const slot = this.#slot(row, i)
        values.set(this.#buckets.subarray(slot, slot + this.#stride), at)
      }
    }
    out.f64s(values)
    out.f64s(this.#totals)
  }

  load(input: StateReader): void {
    this.#inBlock = input.u32()
    this.#blocks = input.f64()
    this.#block.set(input.f64s(this.#stride))
    this.#counts.set(input.i32s(ROWS))
    if (this.#inBlock >= BLOCK || this.#counts.some(count => count < 0 || count > BUCKETS)) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        `Buckets of ${this.#counts.join(', ')} are saved, wanted at most ${BUCKETS} each.`,
      )
    }
    const stored = this.#counts.reduce((sum, count) => sum + count, 0)
    const values = input.f64s(stored * this.#stride)
    let at = 0
    this.#n = 0
    for (let row = 0; row < ROWS; row++) {
      this.#n += this.#counts[row] * BLOCK * 2 ** row
      for (let i = 0; i < this.#counts[row]; i++, at += this.#stride) {
        this.#buckets.set(values.subarray(at, at + this.#stride), this.#slot(row, i))
      }
    }
    this.#totals.set(input.f64s(this.#stride))
  }

  #slot(row: number, i: number): number {
    let at = this.#heads[row] + i
    if (at > BUCKETS) at -= BUCKETS + 1
    return (row * (BUCKETS + 1) + at) * this.#stride
  }

  #addTo(sums: Float64Array, slot: number): void {
    const buckets = this.#buckets
    for (let j = 0; j < sums.length; j++) sums[j] += buckets[slot + j]
  }

  #push(): void {
    this.#place(0, this.#block)
    for (let j = 0; j < this.#stride; j++) this.#totals[j] += this.#block[j]
    this.#block.fill(0)
    this.#inBlock = 0
    this.#blocks++
    this.#n += BLOCK
    for (let row = 0; row < ROWS && this.#counts[row] > BUCKETS; row++) this.#merge(row)
  }

  #place(row: number, values: Float64Array): void {
    const slot = this.#slot(row, this.#counts[row]++)
    for (let j = 0; j < this.#stride; j++) this.#buckets[slot + j] = values[j]
  }

  /** The two oldest of a row become one of the next; in the last row the oldest is forgotten. */
  #merge(row: number): void {
    const sum = this.#suffix.fill(0)
    const isLast = row === ROWS - 1
    const taken = isLast ? 1 : 2
    for (let i = 0; i < taken; i++) this.#addTo(sum, this.#slot(row, i))
    this.#heads[row] = (this.#heads[row] + taken) % (BUCKETS + 1)
    this.#counts[row] -= taken
    if (!isLast) {
      this.#place(row + 1, sum)
      return
    }
    for (let j = 0; j < this.#stride; j++) this.#totals[j] -= sum[j]
    this.#n -= BLOCK * 2 ** row
  }

  /** Looks at near cuts every time and at far ones as seldom as their distance allows. */
  #search(threshold: number): boolean {
    const n = this.#n
    const bins = this.#bins
    const stride = this.#stride
    const buckets = this.#buckets
    const suffix = this.#suffix.fill(0)
    const inverse = this.#inverse
    const totals = this.#totals
    for (let j = 0; j < bins; j++) inverse[j] = totals[j] > 0 ? 1 / totals[j] : 0
    const rows = Math.min(ROWS, 1 + trailingZeros(this.#blocks))
    let after = 0
    this.cut.evidence = 0
    for (let row = 0; row < rows; row++) {
      const size = BLOCK * 2 ** row
      const first = row * (BUCKETS + 1) * stride
      const count = this.#counts[row]
      let place = (this.#heads[row] + count) % (BUCKETS + 1)
      for (let i = 0; i < count; i++) {
        place = place === 0 ? BUCKETS : place - 1
        after += size
        const before = n - after
        if (before < BASELINE) return this.cut.evidence > threshold
        const slot = first + place * stride
        let pearson = 0
        for (let j = 0; j < bins; j++) {
          const sum = suffix[j] + buckets[slot + j]
          suffix[j] = sum
          pearson += sum * sum * inverse[j]
        }
        // Σ (observed - expected)² / expected over both samples, simplified.
        if (n * (pearson * n - after * after) > threshold * before * after) this.#weigh(after, threshold)
      }
    }
    return this.cut.evidence > threshold
  }

  #weigh(after: number, threshold: number): void {
    const { cut } = this
    const before = this.#n - after
    const scale = this.#n ** 3 / (after * before)
    let a = 0
    let b = 0
    // From the top down to the second: the lowest bin is what the others leave, unless each is tested by itself.
    const last = this.components === this.#bins - 1 ? 1 : 0
    for (let j = this.#bins - 1; j >= last; j--) {
      const inside = this.#suffix[j]
      a = (this.#cumulative ? a : 0) + this.#totals[j] - inside
      b = (this.#cumulative ? b : 0) + inside
      const total = a + b
      const off = b - (total * after) / this.#n
      const pearson = (off * off * scale) / (total * (this.#n - total))
      // Also false for a bin that is empty or holds everything, where it is not a number.
      if (!(pearson > threshold)) continue
      const evidence = binaryEvidence(a, before, b, after)
      if (evidence <= threshold || evidence <= cut.evidence) continue
      if (logOddsRatio(a, before, b, after) >= this.#relevance) this.#keep(j, evidence, after)
    }
    if (!this.#scores) return
    const { evidence, distance } = meanEvidence(this.#scores, this.#totals, this.#suffix, this.#n, after)
    if (evidence <= threshold || evidence <= cut.evidence) return
    if (distance >= this.#relevance / 2) this.#keep(-1, evidence, after)
  }

  #keep(component: number, evidence: number, after: number): void {
    this.cut.component = component
    this.cut.evidence = evidence
    this.cut.after = after
  }
}

function trailingZeros(n: number): number {
  return 31 - Math.clz32(n & -n)
}
