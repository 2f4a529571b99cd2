import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { createDenseDesign } from '../linear/dense-design.ts'
import { createQuantileRegression } from './quantile-regression.ts'
import { startingQuantiles } from './starting-quantiles.ts'

/** Prediction intervals around any regressor, calibrated by their own realised coverage. */
export interface IntervalEstimator {
  readonly level: number
  /** Labels learned. */
  readonly updates: number
  /** Fills `out` with the bounds around a prediction for the row; NaN, NaN until enough labels are in. Pure. */
  interval(row: Row, prediction: number, out: Float64Array): void
  /** Learns from the target of an example whose prediction was made before it was learned. */
  update(row: Row, prediction: number, target: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

interface Options {
  /** Share of targets to cover, 0.5 to 0.999. */
  level?: number
  columns: readonly Column[]
  /** Most inputs; categories beyond share the part without inputs. */
  maxInputs?: number
}

/** Labels before the first interval. */
const WARM = 50
/** Share of the newest example in the running sizes of errors and predictions, once that many have been seen. */
const SIZE_RATE = 0.001
/** An error counts at most this many times the running size. */
const CLIP = 10
/** How many times the mean prediction a prediction counts at most. */
const LARGEST_SIZE = 20
/** Step of the last correction, in widths of the interval per example at full miss. */
const TRACK_RATE = 0.005

/**
 * Adaptive conformal intervals: two online quantile regressions of the error, whose spread may grow with the prediction
 * and differ by category, and on top a tracker per bound that widens after a miss and narrows after a hit, so that the
 * realised share of misses per tail is (1 - level) / 2 in the long run, with no assumption about the stream.
 * Gibbs and Candès 2021, "Adaptive conformal inference under distribution shift"; Angelopoulos, Candès and Tibshirani
 * 2023, "Conformal PID control for time series prediction". Throws INVALID_PARAMETER for an impossible level.
 */
export function createIntervalEstimator({
  level = 0.9,
  columns,
  maxInputs = 4096,
}: Options): IntervalEstimator {
  if (!(level >= 0.5 && level <= 0.999)) {
    throw codedError(
      'INVALID_PARAMETER',
      `An interval's level is ${level}, wanted a number from 0.5 to 0.999.`,
    )
  }
  return fromState(level, columns, maxInputs)
}

/** Continues what `save` wrote, given the same columns. */
export function loadIntervalEstimator(input: StateReader, columns: readonly Column[]): IntervalEstimator {
  return fromState(input.f64(), columns, 0, input)
}

function fromState(
  level: number,
  columns: readonly Column[],
  maxInputs: number,
  input?: StateReader,
): IntervalEstimator {
  const tail = (1 - level) / 2
  /** Updates, running size of errors and of predictions, corrections of both bounds, smallest target. */
  const state = input ? input.f64s(6) : Float64Array.of(0, 0, 0, 0, 0, Infinity)
  let firstErrors = input ? input.f64s() : new Float64Array(WARM)
  let firstSizes = input ? input.f64s(firstErrors.length) : new Float64Array(WARM)
  const design = createDenseDesign({ columns, encoding: 'dense', mode: 'ours', bits: 0, maxInputs }, input)
  const lower = createQuantileRegression(tail, input)
  const upper = createQuantileRegression(1 - tail, input)
  const bounds = new Float64Array(2)

  function sizeOf(prediction: number): number {
    return state[2] > 0 ? Math.min(LARGEST_SIZE, Math.abs(prediction) / state[2]) : 1
  }

  function interval(row: Row, prediction: number, out: Float64Array): void {
    out[0] = Number.NaN
    out[1] = Number.NaN
    if (state[0] < WARM || !Number.isFinite(prediction)) return
    const inputs = design.encode(row)
    const size = sizeOf(prediction)
    const low = state[1] * lower.at(inputs, size)
    const high = state[1] * upper.at(inputs, size)
    const width = Math.max(0, high - low)
    const floor = state[5] >= 0 ? 0 : -Infinity
    out[0] = Math.min(prediction, Math.max(floor, prediction + low - state[3] * width))
    out[1] = Math.max(prediction, prediction + high + state[4] * width)
  }

  function warmUp(): void {
    const start = startingQuantiles(firstErrors, firstSizes, tail, state[1])
    lower.start(start.low[0], start.low[1])
    upper.start(start.high[0], start.high[1])
    firstErrors = new Float64Array(0)
    firstSizes = new Float64Array(0)
  }

  return {
    level,
    get updates() {
      return state[0]
    },
    interval,
    update(row, prediction, target) {
      const error = target - prediction
      if (!Number.isFinite(error)) return
      interval(row, prediction, bounds)
      const share = Math.max(SIZE_RATE, 1 / (state[0] + 1))
      const most = state[0] < WARM || state[1] === 0 ? Infinity : CLIP
      state[1] += (Math.min(Math.abs(error), most * state[1] || Infinity) - state[1]) * share
      state[2] += (Math.min(Math.abs(prediction), LARGEST_SIZE * state[2] || Infinity) - state[2]) * share
      state[5] = Math.min(state[5], target)
      const inputs = design.admit(row, 1)
      if (state[0] < WARM) {
        firstErrors[state[0]] = error
        firstSizes[state[0]] = Math.abs(prediction)
        state[0] += 1
        if (state[0] === WARM) warmUp()
        return
      }
      state[0] += 1
      state[3] += TRACK_RATE * ((target < bounds[0] ? 1 : 0) - tail)
      state[4] += TRACK_RATE * ((target > bounds[1] ? 1 : 0) - tail)
      if (!(state[1] > 0)) return
      const size = sizeOf(prediction)
      const value = error / state[1]
      lower.learn(inputs, size, value, design.size)
      upper.learn(inputs, size, value, design.size)
    },
    sizeBytes: () =>
      design.sizeBytes() + lower.sizeBytes() + upper.sizeBytes() + 64 + 16 * firstErrors.length,
    save(out) {
      out.f64(level)
      out.f64s(state)
      out.f64s(firstErrors)
      out.f64s(firstSizes)
      design.save(out)
      lower.save(out)
      upper.save(out)
    },
  }
}
