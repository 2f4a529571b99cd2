import type { StateReader } from '../../state/reader.ts'
import { dot } from './dot.ts'
import { grown } from './grown.ts'
import type { LinearRule } from './linear-rule.ts'
import type { Optimizer } from './optimizer.ts'

interface Options {
  /** Derivative of the loss by the margin. */
  slope(margin: number, target: number): number
  optimizer: Optimizer
  interceptRate: number
  l2: number
  /** Largest slope by size. */
  clip: number
}

/**
 * Gradient descent as River orders it: slope at the margin, times the example's weight, clipped; then the intercept
 * by its own rate; then each weight by the optimiser, with L2 in its gradient. Inputs of value 0 or absent stay.
 */
export function createGradientRule(
  { slope, optimizer, interceptRate, l2, clip }: Options,
  input?: StateReader,
): LinearRule {
  let intercept = input ? input.f64() : 0
  let iterations = input ? input.f64() : 0
  const state = {
    weights: input ? input.f64s() : new Float64Array(16),
    first: input ? input.f64s() : new Float64Array(16),
    second: input ? input.f64s() : new Float64Array(16),
  }
  return {
    get intercept() {
      return intercept
    },
    weight: i => state.weights[i] ?? 0,
    margin: row => intercept + dot(state.weights, row),
    learn(row, target, weight, size) {
      if (size > state.weights.length) {
        state.weights = grown(state.weights, size)
        state.first = grown(state.first, state.weights.length)
        state.second = grown(state.second, state.weights.length)
      }
      const raw = weight * slope(intercept + dot(state.weights, row), target)
      if (!Number.isFinite(raw)) return
      const pull = raw > clip ? clip : raw < -clip ? -clip : raw
      intercept -= interceptRate * pull
      optimizer.begin(iterations++)
      const { length, indices, values } = row
      for (let j = 0; j < length; j++) {
        const i = indices[j]
        optimizer.step(state, i, values[j] * pull + l2 * state.weights[i])
      }
    },
    sizeBytes: () => 24 * state.weights.length + 16,
    save(out) {
      out.f64(intercept)
      out.f64(iterations)
      out.f64s(state.weights)
      out.f64s(state.first)
      out.f64s(state.second)
    },
  }
}
