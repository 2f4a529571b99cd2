import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'

const PARAMETERS = {
  driftConfidence: { default: 0.001, min: 1e-300, max: 1 },
  warningConfidence: { default: 0.005, min: 1e-300, max: 1 },
  /** Weight of the newest value. */
  lambda: { default: 0.05, min: 1e-9, max: 1 },
  /** increase, or both for falling means too. */
  side: { default: 'increase' },
} as const

export type HddmWOptions = Partial<{
  driftConfidence: number
  warningConfidence: number
  lambda: number
  side: 'increase' | 'both'
}>
type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

/** Samples in `state`, each: mean, sum of squared weights, whether it has begun. */
const TOTAL = 0
const [RISE_BEFORE, RISE_AFTER, FALL_BEFORE, FALL_AFTER] = [3, 6, 9, 12]
/** Cut points: the lowest upper bound and the highest lower bound of the mean. */
const [LOWEST, HIGHEST] = [15, 16]

/** Weighted averages compared by McDiarmid's bound (Frías-Blanco et al. 2015), as `river.drift.binary.HDDMW`. */
export function createHddmW(options: HddmWOptions = {}): DriftDetector {
  return from(readParameters('hddm-w', PARAMETERS, options), fresh(), false, false)
}

export function loadHddmW(input: StateReader): DriftDetector {
  return from(loadParameters(input, 'hddm-w', PARAMETERS), input.f64s(17), input.bool(), input.bool())
}

function fresh(): Float64Array {
  return Float64Array.of(0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, Infinity, -Infinity)
}

function from(parameters: Parameters, state: Float64Array, drift: boolean, warning: boolean): DriftDetector {
  const { driftConfidence, warningConfidence, lambda, side } = parameters
  const start = fresh()
  const bound = (squares: number, confidence: number) => Math.sqrt((squares * Math.log(1 / confidence)) / 2)

  function add(sample: number, x: number): void {
    state[sample] = state[sample + 2] === 0 ? x : lambda * x + (1 - lambda) * state[sample]
    state[sample + 1] = lambda * lambda + (1 - lambda) ** 2 * state[sample + 1]
    state[sample + 2] = 1
  }

  function cut(before: number, after: number): void {
    state.copyWithin(before, TOTAL, TOTAL + 3)
    state[after] = 0
    state[after + 1] = 1
    state[after + 2] = 0
  }

  /** Whether the sample at `high` has a larger mean than the one at `low` than chance allows. */
  function larger(high: number, low: number, confidence: number): boolean {
    if (state[low + 2] === 0 || state[high + 2] === 0) return false
    return state[high] - state[low] > bound(state[low + 1] + state[high + 1], confidence)
  }

  return {
    get drift() {
      return drift
    },
    get warning() {
      return warning
    },
    update(x) {
      if (drift) state.set(start)
      add(TOTAL, x)
      const margin = bound(state[TOTAL + 1], driftConfidence)
      if (state[TOTAL] + margin < state[LOWEST]) {
        state[LOWEST] = state[TOTAL] + margin
        cut(RISE_BEFORE, RISE_AFTER)
      } else add(RISE_AFTER, x)
      if (state[TOTAL] - margin > state[HIGHEST]) {
        state[HIGHEST] = state[TOTAL] - margin
        cut(FALL_BEFORE, FALL_AFTER)
      } else add(FALL_AFTER, x)
      drift = larger(RISE_AFTER, RISE_BEFORE, driftConfidence)
      warning = !drift && larger(RISE_AFTER, RISE_BEFORE, warningConfidence)
      if (side === 'both') {
        if (larger(FALL_BEFORE, FALL_AFTER, driftConfidence)) drift = true
        else if (larger(FALL_BEFORE, FALL_AFTER, warningConfidence)) warning = true
      }
      return drift
    },
    save(out) {
      saveParameters(out, PARAMETERS, parameters)
      out.f64s(state)
      out.bool(drift)
      out.bool(warning)
    },
  }
}
