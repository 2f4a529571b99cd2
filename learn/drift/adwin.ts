import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

export interface AdwinOptions {
  /** Chance of a false alarm at one check, 0..1. */
  delta?: number
  /** Checks every `clock` updates. */
  clock?: number
  /** Windows shorter than this are not compared. */
  minWindow?: number
  /** No check before more than this many values are held. */
  grace?: number
  /** Buckets of one size before the two oldest are merged. */
  maxBuckets?: number
}

// 2^31 values in the largest bucket: more than any stream brings between two changes.
const ROWS = 32

/**
 * Adaptive windowing (Bifet and Gavaldà 2007, ADWIN2): keeps the longest window whose two parts nowhere differ in
 * mean by more than chance allows, as an exponential histogram. Behaves as `river.drift.ADWIN` 0.26.1, value for
 * value: `drift` holds for one update, and the update after it starts from an empty window.
 */
export class Adwin {
  readonly #delta: number
  readonly #clock: number
  readonly #minWindow: number
  readonly #grace: number
  readonly #capacity: number
  /** Per row i a ring of buckets of 2^i values, oldest at `#heads[i]`: totals and sums of squared deviations. */
  readonly #totals: Float64Array
  readonly #squares: Float64Array
  readonly #heads: Int32Array
  readonly #counts: Int32Array
  #rows = 1
  #ticks = 0
  #width = 0
  #total = 0
  #variance = 0
  #drift = false

  constructor({ delta = 0.002, clock = 32, minWindow = 5, grace = 10, maxBuckets = 5 }: AdwinOptions) {
    this.#delta = delta
    this.#clock = clock
    this.#minWindow = minWindow
    this.#grace = grace
    // One more than may stay: a row is over-full for a moment before its two oldest are merged.
    this.#capacity = maxBuckets + 1
    this.#totals = new Float64Array(ROWS * this.#capacity)
    this.#squares = new Float64Array(ROWS * this.#capacity)
    this.#heads = new Int32Array(ROWS)
    this.#counts = new Int32Array(ROWS)
  }

  /** Whether the last update found a change. */
  get drift(): boolean {
    return this.#drift
  }

  /** Values in the window. */
  get width(): number {
    return this.#width
  }

  /** Mean of the window, 0 when empty. */
  get mean(): number {
    return this.#width === 0 ? 0 : this.#total / this.#width
  }

  /** Sum of squared deviations in the window, not divided by its width (as in River). */
  get variance(): number {
    return this.#variance
  }

  /** Takes one finite value; others are ignored. Returns whether the mean has changed. */
  update(x: number): boolean {
    if (this.#drift) this.#reset()
    // An infinity or a NaN would stay in the sums for ever.
    if (!(x - x === 0)) return false
    const n = ++this.#width
    if (n > 1) {
      const mean = this.#total / (n - 1)
      this.#variance += ((n - 1) * (x - mean) * (x - mean)) / n
    }
    this.#total += x
    this.#push(0, x, 0)
    if (this.#counts[0] === this.#capacity) this.#compress()
    if (++this.#ticks % this.#clock === 0 && n > this.#grace) this.#drift = this.#shrink()
    return this.#drift
  }

  save(out: StateWriter): void {
    out.f64(this.#delta)
    out.f64(this.#clock)
    out.f64(this.#minWindow)
    out.f64(this.#grace)
    out.u32(this.#capacity - 1)
    out.bool(this.#drift)
    out.u32(this.#rows)
    out.f64(this.#ticks)
    out.f64(this.#width)
    out.f64(this.#total)
    out.f64(this.#variance)
    out.i32s(this.#counts.slice(0, this.#rows))
    const buckets = this.#counts.reduce((sum, count) => sum + count, 0)
    const values = new Float64Array(2 * buckets)
    let at = 0
    for (let row = 0; row < this.#rows; row++) {
      for (let i = 0; i < this.#counts[row]; i++) {
        const slot = this.#slot(row, i)
        values[at++] = this.#totals[slot]
        values[at++] = this.#squares[slot]
      }
    }
    out.f64s(values)
  }

  static load(input: StateReader): Adwin {
    const adwin = new Adwin({
      delta: input.f64(),
      clock: input.f64(),
      minWindow: input.f64(),
      grace: input.f64(),
      maxBuckets: input.u32(),
    })
    adwin.#drift = input.bool()
    adwin.#rows = input.u32()
    adwin.#ticks = input.f64()
    adwin.#width = input.f64()
    adwin.#total = input.f64()
    adwin.#variance = input.f64()
    const counts = input.i32s()
    if (
      adwin.#rows > ROWS ||
      counts.length !== adwin.#rows ||
      counts.some(n => n < 0 || n >= adwin.#capacity)
    ) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        `ADWIN has ${counts.join(', ')} buckets in ${adwin.#rows} rows, wanted at most ${adwin.#capacity - 1} each.`,
      )
    }
    adwin.#counts.set(counts)
    const values = input.f64s(2 * adwin.#counts.reduce((sum, count) => sum + count, 0))
    let at = 0
    for (let row = 0; row < adwin.#rows; row++) {
      for (let i = 0; i < adwin.#counts[row]; i++) {
        const slot = adwin.#slot(row, i)
        adwin.#totals[slot] = values[at++]
        adwin.#squares[slot] = values[at++]
      }
    }
    return adwin
  }

  #reset(): void {
    this.#heads.fill(0)
    this.#counts.fill(0)
    this.#rows = 1
    this.#ticks = 0
    this.#width = 0
    this.#total = 0
    this.#variance = 0
    this.#drift = false
  }

  /** The slot of a row's i-th bucket, oldest first. */
  #slot(row: number, i: number): number {
    let at = this.#heads[row] + i
    if (at >= this.#capacity) at -= this.#capacity
    return row * this.#capacity + at
  }

  #push(row: number, total: number, squares: number): void {
    const slot = this.#slot(row, this.#counts[row]++)
    this.#totals[slot] = total
    this.#squares[slot] = squares
  }

  #drop(row: number, count: number): void {
    this.#heads[row] = (this.#heads[row] + count) % this.#capacity
    this.#counts[row] -= count
  }

  #compress(): void {
    let size = 1
    for (let row = 0; row + 1 < ROWS && this.#counts[row] === this.#capacity; row++) {
      if (row + 1 === this.#rows) this.#rows++
      const a = this.#slot(row, 0)
      const b = this.#slot(row, 1)
      const apart = this.#totals[a] / size - this.#totals[b] / size
      const between = (size * size * apart * apart) / (2 * size)
      this.#push(row + 1, this.#totals[a] + this.#totals[b], this.#squares[a] + this.#squares[b] + between)
      this.#drop(row, 2)
      size *= 2
    }
  }

  /** Drops the oldest bucket as long as some cut splits the window into two that differ. */
  #shrink(): boolean {
    let changed = false
    while (this.#differs()) {
      changed = true
      this.#dropOldest()
    }
    return changed
  }

  #differs(): boolean {
    const totals = this.#totals
    const counts = this.#counts
    const heads = this.#heads
    const capacity = this.#capacity
    const minWindow = this.#minWindow
    const width = this.#width
    const spread = this.#variance / width
    const logs = Math.log((2 * Math.log(width)) / this.#delta)
    let leftSize = 0
    let leftTotal = 0
    for (let row = this.#rows - 1; row >= 0; row--) {
      const size = 2 ** row
      // The cut after the very last bucket leaves nothing on the right.
      const last = counts[row] - (row === 0 ? 1 : 0)
      let at = heads[row]
      for (let i = 0; i < last; i++) {
        leftSize += size
        leftTotal += totals[row * capacity + at]
        if (++at === capacity) at = 0
        const rightSize = width - leftSize
        if (leftSize < minWindow || rightSize < minWindow) continue
        const apart = Math.abs(leftTotal / leftSize - (this.#total - leftTotal) / rightSize)
        const m = 1 / (leftSize - minWindow + 1) + 1 / (rightSize - minWindow + 1)
        if (apart > Math.sqrt(2 * m * spread * logs) + (2 / 3) * logs * m) return true
      }
    }
    return false
  }

  #dropOldest(): void {
    const row = this.#rows - 1
    const slot = this.#slot(row, 0)
    const size = 2 ** row
    this.#width -= size
    this.#total -= this.#totals[slot]
    const apart = this.#totals[slot] / size - this.#total / this.#width
    this.#variance -= this.#squares[slot] + (size * this.#width * apart * apart) / (size + this.#width)
    this.#drop(row, 1)
    while (this.#rows > 1 && this.#counts[this.#rows - 1] === 0) this.#rows--
  }
}

export function createAdwin(options: AdwinOptions = {}): Adwin {
  return new Adwin(options)
}

/** Continues bit for bit from what `save` wrote. Throws CHECKPOINT_CORRUPT for anything else. */
export function loadAdwin(input: StateReader): Adwin {
  return Adwin.load(input)
}
