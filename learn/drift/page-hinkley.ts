import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'

const PARAMETERS = {
  /** Values before the first alarm. */
  minInstances: { default: 30, min: 1 },
  /** Deviations from the mean that are put up with. */
  delta: { default: 0.005, min: 0 },
  threshold: { default: 50, min: 0 },
  /** Forgetting of the two sums. */
  alpha: { default: 1 - 0.0001, min: 0, max: 1 },
  /** up, down or both. */
  mode: { default: 'both' },
} as const

export type PageHinkleyOptions = Partial<{
  minInstances: number
  delta: number
  threshold: number
  alpha: number
  mode: 'up' | 'down' | 'both'
}>

type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

/** Page's test (1954) about a running mean, as `river.drift.PageHinkley`: the largest fallen sum starts at -1. */
export function createPageHinkley(options: PageHinkleyOptions = {}): DriftDetector {
  return from(readParameters('page-hinkley', PARAMETERS, options), fresh(), false)
}

export function loadPageHinkley(input: StateReader): DriftDetector {
  return from(loadParameters(input, 'page-hinkley', PARAMETERS), input.f64s(6), input.bool())
}

/** Count, mean, risen sum, its minimum, fallen sum, its maximum. */
function fresh(): Float64Array {
  return Float64Array.of(0, 0, 0, Infinity, 0, -1)
}

function from(parameters: Parameters, state: Float64Array, drift: boolean): DriftDetector {
  const { minInstances, delta, threshold, alpha, mode } = parameters
  const start = fresh()
  return {
    get drift() {
      return drift
    },
    warning: false,
    update(x) {
      if (drift) state.set(start)
      drift = false
      const n = ++state[0]
      state[1] += (x - state[1]) / n
      const deviation = x - state[1]
      state[2] = alpha * state[2] + deviation - delta
      state[3] = Math.min(state[3], state[2])
      state[4] = alpha * state[4] + deviation + delta
      state[5] = Math.max(state[5], state[4])
      if (n < minInstances) return false
      const up = mode !== 'down' && state[2] - state[3] > threshold
      const down = mode !== 'up' && state[5] - state[4] > threshold
      drift = up || down
      return drift
    },
    save(out) {
      saveParameters(out, PARAMETERS, parameters)
      out.f64s(state)
      out.bool(drift)
    },
  }
}
