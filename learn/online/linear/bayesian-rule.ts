import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { LinearRow } from './linear-design.ts'
import type { LinearRule } from './linear-rule.ts'

interface Options {
  /** Precision of the weights before any data, and of the noise. */
  alpha: number
  beta: number
  /** What past examples keep of their say with each new one; 0 keeps all for ever, as 1 does. */
  smoothing: number
  /** 1 when a constant input stands for the intercept, else 0. */
  constant: 0 | 1
}

export interface BayesianRule extends LinearRule {
  /** Variance of a target at this row, noise included. */
  variance(row: LinearRow): number
}

/** Fading would blow up the variance of what is no longer seen; beyond this many priors it is held. */
const LARGEST = 1e6

/**
 * Posterior of a Bayesian linear regression by rank-one updates (Bishop 2006, 3.49 to 3.59): covariance by Sherman and
 * Morrison's formula, natural mean as a sum, from which the weights follow.
 */
export function createBayesianRule(options: Options, input?: StateReader): BayesianRule {
  const { alpha, beta, smoothing, constant } = options
  const prior = 1 / alpha
  let size = input ? input.u32() : 0
  let stride = input ? input.u32() : 8
  let covariance = input ? input.f64s(stride * stride) : diagonal(new Float64Array(64), 8, 0, prior)
  let natural = input ? input.f64s(stride) : new Float64Array(8)
  let means = input ? input.f64s(stride) : new Float64Array(8)
  let gains = new Float64Array(stride)
  if (size > stride) {
    throw codedError('CHECKPOINT_CORRUPT', `A regression of ${size} inputs has room for ${stride} only.`)
  }

  function widen(wanted: number): void {
    size = Math.max(size, wanted)
    if (size <= stride) return
    const wider = Math.max(2 * stride, size)
    const larger = new Float64Array(wider * wider)
    for (let i = 0; i < stride; i++) larger.set(covariance.subarray(i * stride, (i + 1) * stride), i * wider)
    covariance = diagonal(larger, wider, stride, prior)
    natural = copied(natural, wider)
    means = copied(means, wider)
    gains = new Float64Array(wider)
    stride = wider
  }

  /** gains = covariance . x; returns x' covariance x. */
  function project({ length, indices, values }: LinearRow): number {
    gains.fill(0, 0, size)
    for (let j = -constant; j < length; j++) {
      const value = j < 0 ? 1 : values[j]
      const at = (j < 0 ? 0 : indices[j] + constant) * stride
      for (let i = 0; i < size; i++) gains[i] += value * covariance[at + i]
    }
    let quadratic = constant === 1 ? gains[0] : 0
    for (let j = 0; j < length; j++) quadratic += values[j] * gains[indices[j] + constant]
    return quadratic
  }

  function fade(): void {
    for (let i = 0; i < stride * stride; i++) covariance[i] /= smoothing
    for (let i = 0; i < size; i++) natural[i] *= smoothing
    for (let i = 0; i < size; i++) if (covariance[i * stride + i] > LARGEST * prior) return restart()
  }

  /** Keeps what the weights say, as a prior of one example's precision. */
  function restart(): void {
    diagonal(covariance.fill(0), stride, 0, prior)
    for (let i = 0; i < size; i++) natural[i] = means[i] * alpha
  }

  return {
    get intercept() {
      return constant === 1 ? means[0] : 0
    },
    weight: i => means[i + constant] ?? 0,
    margin({ length, indices, values }) {
      let sum = constant === 1 ? means[0] : 0
      for (let j = 0; j < length; j++)
        if (indices[j] + constant < size) sum += values[j] * means[indices[j] + constant]
      return sum
    },
    variance(row) {
      return 1 / beta + (size === 0 ? 0 : project(row))
    },
    learn(row, target, weight, inputs) {
      widen(inputs + constant)
      const fades = smoothing > 0 && smoothing < 1
      if (fades) fade()
      const precision = beta * weight * (fades ? 1 - smoothing : 1)
      const quadratic = project(row)
      if (!(quadratic >= 0 && quadratic < Infinity)) return restart()
      const share = precision / (1 + precision * quadratic)
      for (let i = 0; i < size; i++) {
        const scaled = share * gains[i]
        if (scaled === 0) continue
        const at = i * stride
        for (let j = 0; j < size; j++) covariance[at + j] -= scaled * gains[j]
      }
      if (constant === 1) natural[0] += precision * target
      for (let j = 0; j < row.length; j++)
        natural[row.indices[j] + constant] += precision * target * row.values[j]
      for (let i = 0; i < size; i++) {
        let sum = 0
        const at = i * stride
        for (let j = 0; j < size; j++) sum += covariance[at + j] * natural[j]
        means[i] = sum
      }
    },
    sizeBytes: () => 8 * (stride * stride + 3 * stride),
    save(out: StateWriter) {
      out.u32(size)
      out.u32(stride)
      out.f64s(covariance)
      out.f64s(natural)
      out.f64s(means)
    },
  }
}

function diagonal(matrix: Float64Array, stride: number, from: number, value: number): Float64Array {
  for (let i = from; i < stride; i++) matrix[i * stride + i] = value
  return matrix
}

function copied(values: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size)
  larger.set(values)
  return larger
}
