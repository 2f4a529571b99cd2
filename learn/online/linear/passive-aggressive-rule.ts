import type { StateReader } from '../../state/reader.ts'
import { dot } from './dot.ts'
import { grown } from './grown.ts'
import type { LinearRow } from './linear-design.ts'
import type { LinearRule } from './linear-rule.ts'

interface Options {
  /** Loss at a margin, and the direction (-1, 0, 1) that lessens it. */
  loss(margin: number, target: number): number
  direction(margin: number, target: number): number
  aggressiveness: number
  /** 0: unbounded steps (PA); 1: steps of at most the aggressiveness (PA-I); 2: damped steps (PA-II). */
  variant: number
}

/** Crammer et al. 2006, "Online passive-aggressive algorithms": the smallest change that makes up for the loss. */
export function createPassiveAggressiveRule(
  { loss, direction, aggressiveness, variant }: Options,
  input?: StateReader,
): LinearRule {
  let intercept = input ? input.f64() : 0
  let weights = input ? input.f64s() : new Float64Array(16)

  /** Squared length of a row, as the square of its rounded length: River's losses can amplify the last bit. */
  function squaredLength({ length, values }: LinearRow): number {
    let sum = 0
    for (let j = 0; j < length; j++) sum += values[j] * values[j]
    return Math.sqrt(sum) ** 2
  }

  function stepOf(lost: number, norm: number): number {
    if (variant === 2) return lost / (norm + 0.5 / aggressiveness)
    if (norm === 0) return 0
    return variant === 0 ? lost / norm : Math.min(aggressiveness, lost / norm)
  }

  return {
    get intercept() {
      return intercept
    },
    weight: i => weights[i] ?? 0,
    margin: row => intercept + dot(weights, row),
    learn(row, target, weight, size) {
      weights = grown(weights, size)
      const margin = intercept + dot(weights, row)
      const step = weight * stepOf(loss(margin, target), squaredLength(row)) * direction(margin, target)
      if (!Number.isFinite(step)) return
      for (let j = 0; j < row.length; j++) weights[row.indices[j]] += step * row.values[j]
      intercept += step
    },
    sizeBytes: () => 8 * weights.length + 8,
    save(out) {
      out.f64(intercept)
      out.f64s(weights)
    },
  }
}
