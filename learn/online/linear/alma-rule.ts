import type { StateReader } from '../../state/reader.ts'
import { dot } from './dot.ts'
import { grown } from './grown.ts'
import type { LinearRule } from './linear-rule.ts'

interface Options {
  p: number
  alpha: number
  b: number
  c: number
}

/**
 * Gentile 2001, "A new approximate maximal margin classification algorithm", as River has it: no intercept, and after a
 * correction only the weights of this example are divided by the norm of all where that exceeds 1.
 */
export function createAlmaRule({ p, alpha, b, c }: Options, input?: StateReader): LinearRule {
  let corrections = input ? input.f64() : 1
  let weights = input ? input.f64s() : new Float64Array(16)
  const root = Math.sqrt(p - 1)

  function norm(): number {
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += Math.abs(weights[i]) ** p
    return sum ** (1 / p)
  }

  return {
    intercept: 0,
    weight: i => weights[i] ?? 0,
    margin: row => dot(weights, row),
    learn(row, target, weight, size) {
      weights = grown(weights, size)
      const sign = target > 0 ? 1 : -1
      const gamma = (b * root) / Math.sqrt(corrections)
      if (!(sign * dot(weights, row) < (1 - alpha) * gamma)) return
      const step = (weight * sign * c) / (root * Math.sqrt(corrections))
      for (let j = 0; j < row.length; j++) weights[row.indices[j]] += step * row.values[j]
      const divisor = Math.max(1, norm())
      for (let j = 0; j < row.length; j++) weights[row.indices[j]] /= divisor
      corrections += 1
    },
    sizeBytes: () => 8 * weights.length + 8,
    save(out) {
      out.f64(corrections)
      out.f64s(weights)
    },
  }
}
