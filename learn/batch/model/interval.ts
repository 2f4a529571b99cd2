import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Bounds around a prediction: `p + low` to `p + high`, both times the size of `p` if it is relative. */
export interface Interval {
  readonly relative: boolean
  readonly low: number
  readonly high: number
  /** Share of the rows it was fitted on that lie within. */
  readonly coverage: number
}

interface Options {
  predictions: Float64Array
  labels: Float64Array
  /** Share of future rows that shall lie within. */
  coverage: number
}

/** What a model without bounds has in their place: the same layout, all of it NaN. */
const NO_INTERVAL: Interval = { relative: false, low: Number.NaN, high: Number.NaN, coverage: Number.NaN }

/**
 * Split conformal intervals with signed residuals, each side taking half of what is left out. The narrower kind is taken: offsets
 * in the label's unit, or relative to the prediction. Vovk, Gammerman, Shafer, "Algorithmic learning in a random world" (2005);
 * Romano, Patterson, Candès, "Conformalized quantile regression" (2019) for the two sides. Null with fewer than
 * 2 / (1 - coverage) - 1 rows, of which not even the outermost residuals are far enough out.
 */
export function fitInterval({ predictions, labels, coverage }: Options): Interval | null {
  const ranks = ranksOf(predictions.length, coverage)
  if (!ranks) return null
  const absolute = bounds(predictions, labels, ranks, false)
  const relative = bounds(predictions, labels, ranks, true)
  let size = 0
  for (const value of predictions) size += sizeOf(value)
  const mean = size / predictions.length
  return (relative.high - relative.low) * mean < absolute.high - absolute.low ? relative : absolute
}

export function boundsOf(
  { relative, low, high }: Interval,
  prediction: number,
): { low: number; high: number } {
  const size = relative ? sizeOf(prediction) : 1
  return { low: prediction + low * size, high: prediction + high * size }
}

/** What of the bounds cannot be meant, as a sentence; null if nothing. */
export function intervalProblem({ low, high, coverage }: Interval): string | null {
  const fits = low <= high && Number.isFinite(low) && Number.isFinite(high) && coverage >= 0 && coverage <= 1
  if (fits) return null
  return `The interval goes from ${low} to ${high} and covers ${coverage}, wanted a rising finite one that covers 0 to 1.`
}

export function saveInterval(out: StateWriter, interval: Interval | null): void {
  const { relative, low, high, coverage } = interval ?? NO_INTERVAL
  out.bool(relative)
  out.f64(low)
  out.f64(high)
  out.f64(coverage)
}

/** Null where `saveInterval` was given null. */
export function loadInterval(input: StateReader): Interval | null {
  const interval = { relative: input.bool(), low: input.f64(), high: input.f64(), coverage: input.f64() }
  const { relative, low, high, coverage } = interval
  if (!relative && [low, high, coverage].every(Number.isNaN)) return null
  const problem = intervalProblem(interval)
  if (problem) throw codedError('MODEL_CORRUPT', problem)
  return interval
}

/** Below one unit of the label a relative offset would mean nothing. */
const SMALLEST = 1

function sizeOf(prediction: number): number {
  return Math.max(SMALLEST, Math.abs(prediction))
}

/** Indexes of the bounds among sorted residuals; null where one would lie beyond the last. */
function ranksOf(count: number, coverage: number): { low: number; high: number } | null {
  // (count + 1) * outside of 1 must not become 0.9999999 by rounding.
  const rounding = 1e-9
  const low = Math.floor((count + 1) * ((1 - coverage) / 2) + rounding) - 1
  return low < 0 || low > count - 1 - low ? null : { low, high: count - 1 - low }
}

function bounds(
  predictions: Float64Array,
  labels: Float64Array,
  ranks: { low: number; high: number },
  relative: boolean,
): Interval {
  const residuals = labels.map((label, row) => {
    const residual = label - predictions[row]
    return relative ? residual / sizeOf(predictions[row]) : residual
  })
  const sorted = residuals.slice().sort()
  const low = sorted[ranks.low]
  const high = sorted[ranks.high]
  let within = 0
  for (const residual of residuals) if (residual >= low && residual <= high) within++
  return { relative, low, high, coverage: within / sorted.length }
}
