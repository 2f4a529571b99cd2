import { createRandom, type Random } from '../math/random.ts'
import type { ConfusionMatrix } from './confusion-matrix.ts'
import type { Interval } from './interval.ts'
import { percentileInterval, RESAMPLES } from './percentile-interval.ts'

/** From here on a Poisson variable is as good as a rounded normal one. */
const LARGE = 50

/**
 * Confidence interval of a function of the confusion matrix by the Poisson bootstrap (Chamandy, Muralidharan, Najmi and Naidu 2012).
 * That every observation counts Poisson(1) times makes each cell a Poisson variable around its count, so that the cells
 * alone are resampled and nothing is kept per observation. Null without a positive or a negative; the same matrix gives the same
 * interval.
 */
export function poissonBootstrap(
  { truePositives, falsePositives, falseNegatives, trueNegatives }: ConfusionMatrix,
  statistic: (matrix: ConfusionMatrix) => number,
): Interval | null {
  if (truePositives + falseNegatives === 0 || trueNegatives + falsePositives === 0) return null
  const random = createRandom(truePositives + falsePositives + falseNegatives + trueNegatives)
  const values = new Float64Array(RESAMPLES)
  const resampled = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  for (let b = 0; b < RESAMPLES; b++) {
    resampled.truePositives = poisson(truePositives, random)
    resampled.falsePositives = poisson(falsePositives, random)
    resampled.falseNegatives = poisson(falseNegatives, random)
    resampled.trueNegatives = poisson(trueNegatives, random)
    values[b] = statistic(resampled)
  }
  return percentileInterval(values, 'poisson-bootstrap')
}

/** Knuth's product of uniforms for small rates. */
function poisson(rate: number, random: Random): number {
  if (rate > LARGE) return Math.max(0, Math.round(rate + Math.sqrt(rate) * random.normal()))
  const limit = Math.exp(-rate)
  let count = 0
  for (let product = random.next(); product > limit; product *= random.next()) count += 1
  return count
}
