import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** Values in the smallest bucket. */
export const BLOCK = 16
/** Buckets of one size before the two oldest are merged: a cut is known to about an eighth of its distance. */
export const BUCKETS = 8
/** 16 * 8 * 2^12 values: about half a million are remembered, older ones are dropped. */
export const ROWS = 13
/** Ring of one row: over-full by one for a moment. */
export const RING = BUCKETS + 1

/**
 * Counts of the last values by bin, in buckets whose size grows with their age (exponential histogram: Datar,
 * Gionis, Indyk and Motwani 2002). A bucket is `bins` counts and the sum of its values.
 */
export class CountBuckets {
  readonly bins: number
  /** Numbers of a bucket. */
  readonly stride: number
  /** Rings of buckets, a row of them for each size: row i holds buckets of BLOCK * 2^i values. */
  readonly values: Float64Array
  readonly heads = new Int32Array(ROWS)
  readonly counts = new Int32Array(ROWS)
  /** Sums of all buckets. */
  readonly totals: Float64Array
  readonly #block: Float64Array
  readonly #merged: Float64Array
  #inBlock = 0
  #blocks = 0
  #n = 0

  constructor(bins: number) {
    this.bins = bins
    this.stride = bins + 1
    this.values = new Float64Array(ROWS * RING * this.stride)
    this.totals = new Float64Array(this.stride)
    this.#block = new Float64Array(this.stride)
    this.#merged = new Float64Array(this.stride)
  }

  /** Values in buckets. */
  get n(): number {
    return this.#n
  }

  /** Blocks completed so far, dropped ones included. */
  get blocks(): number {
    return this.#blocks
  }

  get bytes(): number {
    return 8 * (this.values.length + 3 * this.stride + ROWS)
  }

  /** True when it completes a block. */
  add(bin: number, value: number): boolean {
    this.#block[bin]++
    this.#block[this.bins] += value
    if (++this.#inBlock < BLOCK) return false
    for (let j = 0; j < this.stride; j++) this.totals[j] += this.#block[j]
    this.#place(0, this.#block)
    this.#block.fill(0)
    this.#inBlock = 0
    this.#blocks++
    this.#n += BLOCK
    for (let row = 0; row < ROWS && this.counts[row] > BUCKETS; row++) this.#merge(row)
    return true
  }

  /** Index in `values` of a row's i-th bucket, oldest first. */
  slot(row: number, i: number): number {
    let at = this.heads[row] + i
    if (at >= RING) at -= RING
    return (row * RING + at) * this.stride
  }

  /** Drops the oldest buckets until at most half of the values are left. */
  dropOlderHalf(): void {
    const half = this.#n / 2
    for (let row = ROWS - 1; row >= 0; row--) while (this.counts[row] > 0 && this.#n > half) this.#drop(row)
  }

  /** Sums of the buckets of the last `n` values into `after`, of all others into `before`. */
  split(n: number, before: Float64Array, after: Float64Array): void {
    after.fill(0)
    let left = n
    for (let row = 0; row < ROWS && left > 0; row++) {
      for (let i = this.counts[row] - 1; i >= 0 && left > 0; i--) {
        this.#addTo(after, this.slot(row, i))
        left -= BLOCK * 2 ** row
      }
    }
    for (let j = 0; j < this.stride; j++) before[j] = this.totals[j] - after[j]
  }

  save(out: StateWriter): void {
    out.u32(this.#inBlock)
    out.f64(this.#blocks)
    out.f64s(this.#block)
    out.f64s(this.totals)
    out.i32s(this.counts)
    const stored = this.counts.reduce((sum, count) => sum + count, 0)
    const values = new Float64Array(stored * this.stride)
    let at = 0
    for (let row = 0; row < ROWS; row++) {
      for (let i = 0; i < this.counts[row]; i++, at += this.stride) {
        const slot = this.slot(row, i)
        values.set(this.values.subarray(slot, slot + this.stride), at)
      }
    }
    out.f64s(values)
  }

  /** Fills fresh buckets of as many bins. Throws CHECKPOINT_CORRUPT. */
  load(input: StateReader): void {
    this.#inBlock = input.u32()
    this.#blocks = input.f64()
    this.#block.set(input.f64s(this.stride))
    this.totals.set(input.f64s(this.stride))
    this.counts.set(input.i32s(ROWS))
    if (this.#inBlock >= BLOCK || this.counts.some(count => count < 0 || count > BUCKETS)) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        `Rows of ${this.counts.join(', ')} buckets are saved, wanted at most ${BUCKETS} in each.`,
      )
    }
    const values = input.f64s(this.counts.reduce((sum, count) => sum + count, 0) * this.stride)
    let at = 0
    for (let row = 0; row < ROWS; row++) {
      this.#n += this.counts[row] * BLOCK * 2 ** row
      for (let i = 0; i < this.counts[row]; i++, at += this.stride) {
        this.values.set(values.subarray(at, at + this.stride), this.slot(row, i))
      }
    }
  }

  #addTo(sums: Float64Array, slot: number): void {
    for (let j = 0; j < this.stride; j++) sums[j] += this.values[slot + j]
  }

  #place(row: number, values: Float64Array): void {
    const slot = this.slot(row, this.counts[row]++)
    for (let j = 0; j < this.stride; j++) this.values[slot + j] = values[j]
  }

  /** The two oldest of a row become one of the next; the last row forgets its oldest. */
  #merge(row: number): void {
    if (row === ROWS - 1) {
      this.#drop(row)
      return
    }
    const sum = this.#merged.fill(0)
    this.#addTo(sum, this.slot(row, 0))
    this.#addTo(sum, this.slot(row, 1))
    this.#take(row, 2)
    this.#place(row + 1, sum)
  }

  #drop(row: number): void {
    const slot = this.slot(row, 0)
    for (let j = 0; j < this.stride; j++) this.totals[j] -= this.values[slot + j]
    this.#n -= BLOCK * 2 ** row
    this.#take(row, 1)
  }

  #take(row: number, count: number): void {
    this.heads[row] = (this.heads[row] + count) % RING
    this.counts[row] -= count
  }
}
