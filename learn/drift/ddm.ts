import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'

const PARAMETERS = {
  /** Errors before the first check. */
  warmStart: { default: 30, min: 1 },
  /** Standard deviations above the lowest error rate. */
  warningThreshold: { default: 2, min: 0 },
  driftThreshold: { default: 3, min: 0 },
} as const

export type DdmOptions = Partial<Record<keyof typeof PARAMETERS, number>>
type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

/** Drift detection method (Gama et al. 2004) over errors that are 0 or 1, as `river.drift.binary.DDM`. */
export function createDdm(options: DdmOptions = {}): DriftDetector {
  return from(readParameters('ddm', PARAMETERS, options), fresh(), false, false)
}

export function loadDdm(input: StateReader): DriftDetector {
  return from(loadParameters(input, 'ddm', PARAMETERS), input.f64s(4), input.bool(), input.bool())
}

/** Count, error rate, then rate and its deviation where their sum was lowest. */
function fresh(): Float64Array {
  return Float64Array.of(0, 0, Infinity, Infinity)
}

function from(parameters: Parameters, state: Float64Array, drift: boolean, warning: boolean): DriftDetector {
  const { warmStart, warningThreshold, driftThreshold } = parameters
  const start = fresh()
  return {
    get drift() {
      return drift
    },
    get warning() {
      return warning
    },
    update(x) {
      if (drift) state.set(start)
      if (drift) warning = false
      drift = false
      const n = ++state[0]
      state[1] += (x - state[1]) / n
      if (n <= warmStart) return false
      const rate = state[1]
      const deviation = Math.sqrt((rate * (1 - rate)) / n)
      if (rate + deviation <= state[2] + state[3]) {
        state[2] = rate
        state[3] = deviation
      }
      drift = rate + deviation > state[2] + driftThreshold * state[3]
      warning = !drift && rate + deviation > state[2] + warningThreshold * state[3]
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
