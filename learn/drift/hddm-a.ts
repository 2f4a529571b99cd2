import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'

const PARAMETERS = {
  driftConfidence: { default: 0.001, min: 1e-300, max: 1 },
  warningConfidence: { default: 0.005, min: 1e-300, max: 1 },
  /** increase, or both for falling means too. */
  side: { default: 'increase' },
} as const

export type HddmAOptions = Partial<{
  driftConfidence: number
  warningConfidence: number
  side: 'increase' | 'both'
}>
type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

/** Averages compared by Hoeffding's bound (Frías-Blanco et al. 2015), as `river.drift.binary.HDDMA`. */
export function createHddmA(options: HddmAOptions = {}): DriftDetector {
  return from(readParameters('hddm-a', PARAMETERS, options), new Float64Array(6), false, false)
}

export function loadHddmA(input: StateReader): DriftDetector {
  return from(loadParameters(input, 'hddm-a', PARAMETERS), input.f64s(6), input.bool(), input.bool())
}

/** `state`: count and mean of all values, then of the cut of the lowest and of the highest mean. */
function from(parameters: Parameters, state: Float64Array, drift: boolean, warning: boolean): DriftDetector {
  const { driftConfidence, warningConfidence, side } = parameters
  const bound = (n: number) => Math.sqrt((1 / (2 * n)) * Math.log(1 / driftConfidence))

  /** Whether the mean has moved by more than chance allows since the cut stored at `at`, in the direction of `sign`. */
  function moved(at: number, sign: number, confidence: number): boolean {
    if (state[at] === state[0]) return false
    const m = ((state[0] - state[at]) / state[at]) * (1 / state[0])
    return sign * (state[1] - state[at + 1]) >= Math.sqrt((m / 2) * Math.log(2 / confidence))
  }

  return {
    get drift() {
      return drift
    },
    get warning() {
      return warning
    },
    update(x) {
      if (drift) state.fill(0)
      state[0]++
      state[1] += (x - state[1]) / state[0]
      const [n, mean] = [state[0], state[1]]
      if (state[2] === 0 || state[3] + bound(state[2]) >= mean + bound(n)) state.copyWithin(2, 0, 2)
      if (state[4] === 0 || state[5] - bound(state[4]) <= mean - bound(n)) state.copyWithin(4, 0, 2)
      drift = moved(2, 1, driftConfidence)
      warning = !drift && moved(2, 1, warningConfidence)
      if (side === 'both') {
        if (moved(4, -1, driftConfidence)) drift = true
        else if (moved(4, -1, warningConfidence)) warning = true
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
