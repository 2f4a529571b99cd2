import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { DriftSignal } from './drift-signal.ts'
import { CountBuckets } from './count-buckets.ts'
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
/** Until then the history is dropped whenever its length has doubled; */
const UNSETTLED = 4096
/** until then its older half is. */
const SETTLED = 32_768

/** One number per event, watched for a change of its distribution; after a change everything is learned anew. */
export class WatchedSignal {
  readonly #options: WatchOptions
  readonly #reference = new Float64Array(REFERENCE)
  #held = 0
  #seen = 0
  #bins: ValueBins | null = null
  #buckets: CountBuckets | null = null
  #change: ShareChange | null = null
  /** Values beyond are clipped in means, so that one extreme does not make them. */
  #low = 0
  #high = 0

  constructor(options: WatchOptions) {
    this.#options = options
  }

  get sizeBytes(): number {
    return 8 * REFERENCE + 256 + (this.#buckets?.bytes ?? 0)
  }

  /** Takes the next value, NaN (or code -1) when missing. True when it ends a change: then ask `report`, then `restart`. */
  observe(x: number): boolean {
    this.#seen++
    if (this.#options.settles && this.#seen <= SETTLED && isPowerOfTwo(this.#seen)) this.#settle()
    if (this.#bins === null) {
      this.#reference[this.#held++] = x
      if (this.#held === REFERENCE) this.#begin()
      return false
    }
    return this.#count(x)
  }

  /** What the change is; null when it is none worth a report, such as an error that falls. */
  report(): DriftSignal | null {
    const [bins, change, buckets] = [this.#bins, this.#change, this.#buckets]
    if (!bins || !change || !buckets) return null
    const before = new Float64Array(buckets.stride)
    const after = new Float64Array(buckets.stride)
    const m = change.after
    const n = buckets.n - m
    buckets.split(m, before, after)
    const isRise = levelOf(after, bins) > levelOf(before, bins)
    if (this.#options.risesOnly && !isRise) return null
    const { component } = change
    const of = (counts: Float64Array, size: number) =>
      component < 0 ? levelOf(counts, bins) : shareOf(counts, component, bins) / size
    return {
      signal: this.#options.signal,
      detector: 'likelihood ratio over all cuts',
      statistic: component < 0 ? 'mean' : bins.labelOf(component),
      value: change.evidence,
      threshold: change.threshold,
      before: of(before, n),
      after: of(after, m),
      changeAt: m,
      n,
      psi: populationStability(before.subarray(0, bins.count), after.subarray(0, bins.count)),
      ks: largestDistance(before, n, after, m, bins.count),
      category: bins.categoryOf(component),
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
    if (!this.#bins || !this.#buckets) return
    this.#bins.save(out)
    out.f64(this.#low)
    out.f64(this.#high)
    this.#buckets.save(out)
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
    this.#watch(this.#bins)
    this.#buckets?.load(input)
  }

  /** What a learning model did at first is no baseline for what it does later. */
  #settle(): void {
    if (this.#seen <= UNSETTLED) this.#forget()
    else this.#buckets?.dropOlderHalf()
  }

  #forget(): void {
    this.#bins = this.#buckets = this.#change = null
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
    this.#watch(bins)
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

  #watch(bins: ValueBins): void {
    const { kind, logArl } = this.#options
    this.#buckets = new CountBuckets(bins.count)
    this.#change = new ShareChange(this.#buckets, {
      threshold: logArl + MARGIN,
      scores: bins.scores,
      cumulative: bins.cumulative,
      relevance: RELEVANCE[bins.count === 2 ? 'rate' : kind],
    })
  }

  #count(x: number): boolean {
    const bins = this.#bins
    const buckets = this.#buckets
    const change = this.#change
    if (!bins || !buckets || !change) return false
    // What looked like a rate is none.
    if (bins.count === 2 && x !== 0 && x !== 1 && this.#options.kind === 'loss') {
      this.#forget()
      return false
    }
    const value = x === x ? Math.min(this.#high, Math.max(this.#low, x)) : 0
    return buckets.add(bins.of(x), value) && change.search()
  }
}

/** What a rise is a rise of: the mean of known values, or of two bins the share of the upper one. */
function levelOf(counts: Float64Array, { count, scores }: ValueBins): number {
  let n = 0
  for (let j = scores ? 1 : 0; j < count; j++) n += counts[j]
  return n === 0 ? 0 : (count === 2 ? counts[1] : counts[count]) / n
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
