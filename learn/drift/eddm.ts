import { codedError } from '../coded-error.ts'
import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'

const PARAMETERS = {
  /** Values, and errors, before the first check. */
  warmStart: { default: 30, min: 1 },
  /** Warns when errors come closer together than this share of their widest spacing. */
  alpha: { default: 0.95, min: 0 },
  /** Likewise for a drift. */
  beta: { default: 0.9, min: 0 },
} as const

export type EddmOptions = Partial<Record<keyof typeof PARAMETERS, number>>
type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

/**
 * Early drift detection method (Baena-García et al. 2006) over errors that are 0 or 1, as
 * `river.drift.binary.EDDM`. Throws INVALID_PARAMETER when it would warn later than it finds a drift.
 */
export function createEddm(options: EddmOptions = {}): DriftDetector {
  return from(readParameters('eddm', PARAMETERS, options), fresh(), false, false)
}

export function loadEddm(input: StateReader): DriftDetector {
  return from(loadParameters(input, 'eddm', PARAMETERS), input.f64s(6), input.bool(), input.bool())
}

/** Values, place of the last error, errors, mean distance, its squares, the widest spacing. */
function fresh(): Float64Array {
  return Float64Array.of(0, 0, 0, 0, 0, -1)
}

function from(parameters: Parameters, state: Float64Array, drift: boolean, warning: boolean): DriftDetector {
  const { warmStart, alpha, beta } = parameters
  if (alpha < beta) {
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter alpha of eddm is ${alpha}, wanted at least beta, which is ${beta}.`,
    )
  }
  const start = fresh()

  function judge(spacing: number): void {
    if (spacing > state[5]) state[5] = spacing
    else if (state[2] > warmStart) {
      const level = spacing / state[5]
      drift = level < beta
      // The warning of before stays beside a drift: River's peculiarity.
      if (!drift) warning = level < alpha
    }
  }

  return {
    get drift() {
      return drift
    },
    get warning() {
      return warning
    },
    update(x) {
      if (drift) {
        state.set(start)
        warning = false
      }
      drift = false
      const n = ++state[0]
      if (x !== 1) return false
      const errors = ++state[2]
      const distance = n - state[1]
      const off = distance - state[3]
      state[3] += off / errors
      state[4] += off * (distance - state[3])
      state[1] = n
      if (n > warmStart) judge(state[3] + 2 * Math.sqrt(errors > 1 ? state[4] / (errors - 1) : 0))
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
