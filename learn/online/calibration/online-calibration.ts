import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { createSmallLogistic } from './small-logistic.ts'

type Method = 'platt' | 'beta'

interface Options {
  /** `platt`: log-odds are stretched and moved; `beta`: by a different stretch at either end. Default `platt`. */
  method?: Method
  /** Examples after which an old one counts half. Default 50 000. */
  halfLife?: number
  /** Labels of the rarer class before scores are changed. Default 200. */
  minority?: number
}

/** Turns the scores of any classifier into probabilities, learning from matured (score, label) pairs only. */
export interface OnlineCalibration {
  readonly method: Method
  /** The calibrated probability; a monotone function of the score. NaN for what is no score. */
  calibrate(score: number): number
  /** Scores outside 0..1 and labels other than 0 and 1 do not count. */
  update(score: number, label: 0 | 1): void
  save(out: StateWriter): void
}

/** Scores closer to 0 or 1 than this are taken as this close. */
const EDGE = 1e-9
/** Variance of the belief that stretches are 1 and shifts 0. */
const STRETCH = 0.1
const SHIFT = 1

/**
 * Platt 1999, "Probabilistic outputs for support vector machines"; Kull, Silva Filho and Flach 2017, "Beta
 * calibration". Both are logistic regressions of a few functions of the score, learned online with decay.
 */
export function createOnlineCalibration({
  method = 'platt',
  halfLife = 50_000,
  minority = 200,
}: Options = {}): OnlineCalibration {
  if (!(halfLife >= 1 && minority >= 0)) {
    throw codedError(
      'INVALID_PARAMETER',
      `A calibration has half-life ${halfLife} and minority ${minority}, wanted at least 1 and 0.`,
    )
  }
  return fromState(method, Float64Array.of(halfLife, minority, 0, 0))
}

/** Continues what `save` wrote. */
export function loadOnlineCalibration(input: StateReader): OnlineCalibration {
  const method = input.str()
  if (method === 'platt' || method === 'beta') return fromState(method, input.f64s(4), input)
  throw codedError('CHECKPOINT_CORRUPT', `The saved calibration is ${method}, wanted platt or beta.`)
}

/** `scalars`: half-life, minority, labels of class 0 and of class 1. */
function fromState(method: Method, scalars: Float64Array, input?: StateReader): OnlineCalibration {
  const [halfLife, minority] = scalars
  const start = method === 'platt' ? Float64Array.of(1, 0) : Float64Array.of(1, 1, 0)
  const variance = start.map(value => (value === 1 ? STRETCH : SHIFT))
  const logistic = createSmallLogistic({ start, variance, halfLife }, input)
  const inputs = new Float64Array(start.length).fill(1)

  function fill(score: number): void {
    const p = Math.min(1 - EDGE, Math.max(EDGE, score))
    if (method === 'platt') inputs[0] = Math.log(p / (1 - p))
    else {
      inputs[0] = Math.log(p)
      inputs[1] = -Math.log1p(-p)
    }
  }

  return {
    method,
    calibrate(score) {
      if (!(score >= 0 && score <= 1)) return Number.NaN
      if (Math.min(scalars[2], scalars[3]) < minority) return score
      fill(score)
      const last = inputs.length - 1
      let margin = logistic.coefficients[last]
      // A negative stretch would turn the order of scores around.
      for (let i = 0; i < last; i++) margin += Math.max(0, logistic.coefficients[i]) * inputs[i]
      return 1 / (1 + Math.exp(-margin))
    },
    update(score, label) {
      if (!(score >= 0 && score <= 1) || (label !== 0 && label !== 1)) return
      fill(score)
      logistic.update(inputs, label, 1)
      scalars[2 + label] += 1
    },
    save(out) {
      out.str(method)
      out.f64s(scalars)
      logistic.save(out)
    },
  }
}
