import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { DriftSignal } from './drift-signal.ts'
import { populationStability } from './population-stability.ts'
import { ShareChange } from './share-change.ts'
import {
  binaryBins,
  categoryBins,
  loadValueBins,
  lossBins,
  numberBins,
  probabilityBins,
  ratioBins,
  type ValueBins,
} from './value-bins.ts'

export interface WatchOptions {
  signal: string
  /**
   * `number` and `category` as columns hold them; `rate`: 0 or 1; `probability`; `loss`: in nats, or a rate when it is
   * only ever 0 or 1; `ratio`: a positive number whose scale means nothing.
   */
  kind: 'number' | 'category' | 'rate' | 'probability' | 'loss' | 'ratio'
  /** Only a rise is reported. */
  risesOnly?: boolean
  /** It depends on a model that learns, so that its first values are no baseline. */
  settles?: boolean
  /** Log of the values wanted between two false alarms of this signal. */
  logArl: number
}

/** Values from which bins are made. */
const REFERENCE = 512
/**
 * Looks at overlapping cuts err together: exp(threshold) is this many nats more than the values between two errors of
 * one test, by simulation of shares without change (-3.2 to -4.2 for thresholds of 8 to 12).
 */
const MARGIN = -2.5

/** Odds ratio below which a change of a share matters to nobody; a model that learns moves its own by so much. */
const RELEVANCE = { number: 1.1, category: 1.1, rate: 1.1, ratio: 1.25, probability: 1.5, loss: 1.5 } as const
/** Until then the history is dropped whenever its length has doubled. */
const SETTLED = 32_768

/** One number per event, watched for a change of its distribution; after a change everything is learned anew. */
export class WatchedSignal {
  readonly #options: WatchOptions
  readonly #reference = new Float64Array(REFERENCE)
  #held = 0
  #seen = 0
  #bins: ValueBins | null = null
  #change: ShareChange | null = null
  #threshold = 0
  /** Values beyond are clipped in means, so that one extreme does not make them. */
  #low = 0
  #high = 0

  constructor(options: WatchOptions) {
    this.#options = options
  }

  get sizeBytes(): number {
    return 8 * REFERENCE + 256 + (this.#change?.bytes ?? 0)
  }

  /** Takes the next value, NaN (or code -1) when missing. True when it ends a change: then ask `report`, then `restart`. */
  observe(x: number): boolean {
    this.#seen++
    if (this.#options.settles && this.#seen <= SETTLED && this.#seen >= REFERENCE && isPowerOfTwo(this.#seen)) {
      this.#forget()
    }
    if (this.#bins === null) {
      this.#reference[this.#held++] = x
      if (this.#held === REFERENCE) this.#begin()
      return false
    }
    return this.#count(x)
  }

  /** What the change is; null when it is none worth a report, such as a loss that falls. */
  report(): DriftSignal | null {
    const [bins, change] = [this.#bins, this.#change]
    if (!bins || !change) return null
    const before = new Float64Array(bins.count + 1)
    const after = new Float64Array(bins.count + 1)
    change.split(before, after)
    const m = change.cut.after
    const n = change.n - m
    const means = [before[bins.count] / n, after[bins.count] / m] as const
    if (this.#options.risesOnly && means[1] <= means[0]) return null
    const { component, evidence } = change.cut
    const isMean = component < 0 || bins.count === 2
    return {
      signal: this.#options.signal,
      detector: 'likelihood ratio over all cuts',
      statistic: isMean ? this.#nameOfMean() : bins.labelOf(component),
      value: evidence,
      threshold: this.#threshold,
      before: isMean ? means[0] : shareOf(before, component, bins) / n,
      after: isMean ? means[1] : shareOf(after, component, bins) / m,
      changeAt: m,
      n,
      psi: populationStability(before.subarray(0, bins.count), after.subarray(0, bins.count)),
      ks: largestDistance(before, n, after, m, bins.count),
      category: isMean ? -1 : bins.categoryOf(component),
    }
  }

  restart(): void {
    this.#seen = 0
    this.#forget()
  }

  save(out: StateWriter): void {
    out.f64(this.#seen)
    out.f64s(this.#reference.slice(0, this.#held))
    out.bool(this.#bins !== null)
    if (!this.#bins || !this.#change) return
    this.#bins.save(out)
    out.f64(this.#low)
    out.f64(this.#high)
    this.#change.save(out)
  }

  load(input: StateReader): void {
    this.#seen = input.f64()
    const held = input.f64s()
    if (held.length > REFERENCE) {
      throw codedError('CHECKPOINT_CORRUPT', `A reference holds ${held.length} values, wanted ${REFERENCE}.`)
    }
    this.#held = held.length
    this.#reference.set(held)
    if (!input.bool()) return
    this.#bins = loadValueBins(input)
    this.#low = input.f64()
    this.#high = input.f64()
    this.#change = this.#changeOf(this.#bins)
    this.#change.load(input)
  }

  #forget(): void {
    this.#bins = this.#change = null
    this.#held = 0
  }

  #begin(): void {
    const sample = this.#reference
    const bins = this.#binsOf(sample)
    this.#bins = bins
    const known = sample.filter(x => x - x === 0).sort()
    const [low, high] = known.length > 0 ? [known[0], known[known.length - 1]] : [0, 0]
    this.#low = low - (high - low)
    this.#high = high + (high - low)
    this.#change = this.#changeOf(bins)
    // Categories were chosen because they were frequent in this very sample: no fair baseline.
    if (this.#options.kind !== 'category') for (let i = 0; i < REFERENCE; i++) this.#count(sample[i])
  }

  #binsOf(sample: Float64Array): ValueBins {
    const { kind } = this.#options
    if (kind === 'rate') return binaryBins()
    if (kind === 'category') return categoryBins(sample)
    if (kind === 'probability') return probabilityBins()
    if (kind === 'number') return numberBins(sample)
    if (kind === 'ratio') return ratioBins(sample)
    return sample.every(x => x === 0 || x === 1) ? binaryBins() : lossBins()
  }

  #changeOf({ count, scores, cumulative }: ValueBins): ShareChange {
    const { kind, logArl } = this.#options
    const relevance = RELEVANCE[count === 2 ? 'rate' : kind]
    const change = new ShareChange({ bins: count, scores, cumulative, relevance })
    this.#threshold = logArl + Math.log(change.components) + MARGIN
    return change
  }

  #count(x: number): boolean {
    const value = x === x ? Math.min(this.#high, Math.max(this.#low, x)) : 0
    return (this.#change as ShareChange).add((this.#bins as ValueBins).of(x), value, this.#threshold)
  }

  #nameOfMean(): string {
    if (this.#options.kind === 'rate') return 'rate'
    return this.#bins?.count === 2 ? 'error rate' : 'mean'
  }
}

function shareOf(counts: Float64Array, component: number, bins: ValueBins): number {
  if (!bins.cumulative) return counts[component]
  let sum = 0
  for (let j = component; j < bins.count; j++) sum += counts[j]
  return sum
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0
}

function largestDistance(a: Float64Array, n: number, b: Float64Array, m: number, bins: number): number {
  let [below, largest] = [0, 0]
  for (let j = 0; j < bins; j++) {
    below += a[j] / n - b[j] / m
    largest = Math.max(largest, Math.abs(below))
  }
  return largest
}
