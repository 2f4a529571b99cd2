import { codedError } from '../coded-error.ts'
import { createPythonRandom, loadPythonRandom, type PythonRandom } from '../math/python-random.ts'
import { loadParameters, readParameters, saveParameters } from '../online/parameters.ts'
import type { StateReader } from '../state/reader.ts'
import type { DriftDetector } from './drift-detector.ts'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'

const PARAMETERS = {
  alpha: { default: 0.005, min: 0, max: 1 },
  /** Values kept. */
  window: { default: 100, min: 2, max: 100_000, integer: true },
  /** The newest of them, compared with as many drawn from the rest; at most half of the window. */
  recent: { default: 30, min: 1, max: 50_000, integer: true },
  seed: { default: 42, integer: true },
} as const

export type KswinOptions = Partial<Record<keyof typeof PARAMETERS, number>>
type Parameters = ReturnType<typeof readParameters<typeof PARAMETERS>>

export interface Kswin extends DriftDetector {
  /** Of the last comparison, 0 before the first. */
  readonly pValue: number
}

interface State {
  values: Float64Array
  /** Values held, and the slot of the oldest. */
  length: number
  head: number
  drift: boolean
  pValue: number
  random: PythonRandom
}

/**
 * Windows compared by Kolmogorov and Smirnov's test (Raab, Heusinger and Schleif 2020), as `river.drift.KSWIN` with
 * the same draws: a drift keeps the newest values, but the update after it drops them too and seeds afresh. Throws
 * INVALID_PARAMETER when `recent` is more than half of `window`.
 */
export function createKswin(options: KswinOptions = {}): Kswin {
  const parameters = readParameters('kswin', PARAMETERS, options)
  const random = createPythonRandom(parameters.seed)
  const values = new Float64Array(parameters.window)
  return from(parameters, { values, length: 0, head: 0, drift: false, pValue: 0, random })
}

export function loadKswin(input: StateReader): Kswin {
  const parameters = loadParameters(input, 'kswin', PARAMETERS)
  const held = input.f64s()
  if (held.length > parameters.window) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `KSWIN holds ${held.length} values, wanted at most ${parameters.window}.`,
    )
  }
  const values = new Float64Array(parameters.window)
  values.set(held)
  const [drift, pValue, random] = [input.bool(), input.f64(), loadPythonRandom(input)]
  return from(parameters, { values, length: held.length, head: 0, drift, pValue, random })
}

function from(parameters: Parameters, state: State): Kswin {
  const { alpha, window, recent, seed } = parameters
  if (2 * recent > window) {
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter recent of kswin is ${recent}, wanted at most half of window, which is ${window}.`,
    )
  }
  const older = window - recent
  const drawn = new Int32Array(recent)
  const reference = new Float64Array(recent)
  const newest = new Float64Array(recent)
  const at = (i: number) => state.values[(state.head + i) % window]

  function compare(): void {
    state.random.sample(older, recent, drawn)
    for (let i = 0; i < recent; i++) {
      reference[i] = at(drawn[i])
      newest[i] = at(older + i)
    }
    const { statistic, pValue } = kolmogorovSmirnov(reference, newest)
    state.pValue = pValue
    state.drift = pValue <= alpha && statistic > 0.1
  }

  return {
    get drift() {
      return state.drift
    },
    warning: false,
    get pValue() {
      return state.pValue
    },
    update(x) {
      if (state.drift) {
        state.length = state.head = state.pValue = 0
        state.random = createPythonRandom(seed)
      }
      state.drift = false
      if (state.length === window) state.head = (state.head + 1) % window
      else state.length++
      state.values[(state.head + state.length - 1) % window] = x
      if (state.length === window) compare()
      return state.drift
    },
    save(out) {
      saveParameters(out, PARAMETERS, parameters)
      out.f64s(Float64Array.from({ length: state.length }, (_, i) => at(i)))
      out.bool(state.drift)
      out.f64(state.pValue)
      state.random.save(out)
    },
  }
}
