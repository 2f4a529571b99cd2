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

/**
 * Split conformal intervals with signed residuals, each side taking half of what is left out. The narrower kind is taken: offsets
 * in the label's unit, or relative to the prediction. Vovk, Gammerman, Shafer, "Algorithmic learning in a random world" (2005);
 * Romano, Patterson, Candès, "Conformalized quantile regression" (2019) for the two sides.
 */
export function fitInterval({ predictions, labels, coverage }: Options): Interval {
  const absolute = bounds(predictions, labels, coverage, false)
  const relative = bounds(predictions, labels, coverage, true)
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

export function saveInterval(out: StateWriter, { relative, low, high, coverage }: Interval): void {
  out.bool(relative)
  out.f64(low)
  out.f64(high)
  out.f64(coverage)
}

export function loadInterval(input: StateReader): Interval {
  const interval = { relative: input.bool(), low: input.f64(), high: input.f64(), coverage: input.f64() }
  const { low, high, coverage } = interval
  if (low <= high && coverage >= 0 && coverage <= 1) return interval
  throw codedError(
    'MODEL_CORRUPT',
    `The interval goes from ${low} to ${high} and covers ${coverage}, wanted a rising one.`,
  )
}

/** Below one unit of the label a relative offset would mean nothing. */
const SMALLEST = 1

function sizeOf(prediction: number): number {
  return Math.max(SMALLEST, Math.abs(prediction))
}

function bounds(
  predictions: Float64Array,
  labels: Float64Array,
  coverage: number,
  relative: boolean,
): Interval {
  const residuals = labels.map((label, row) => {
    const residual = label - predictions[row]
    return relative ? residual / sizeOf(predictions[row]) : residual
  })
  const sorted = residuals.slice().sort()
  const count = sorted.length
  const outside = (1 - coverage) / 2
  const low = sorted[Math.max(0, Math.floor((count + 1) * outside) - 1)]
  const high = sorted[Math.min(count - 1, Math.ceil((count + 1) * (1 - outside)) - 1)]
  let within = 0
  for (const residual of residuals) if (residual >= low && residual <= high) within++
  return { relative, low, high, coverage: within / count }
}
