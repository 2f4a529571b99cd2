import { createSum } from '../statistics/sum.ts'
import type { ScoredRows } from './check-scored.ts'

/** How good probabilities are; null where a score is not defined on what was seen. */
export interface ProbabilityScores {
  logLoss: number | null
  brierScore: number | null
  d2LogLoss: number | null
  d2Brier: number | null
}

/** Scores are clipped to [EPSILON, 1 - EPSILON] before their logarithm is taken, as scikit-learn does. */
const EPSILON = 2 ** -52

/** Mean loss of the probabilities, and the share of the loss of always giving the base rate that they save (D²). Scores outside of 0 to 1 give null. */
export function probabilityScores({ labels, scores, weights }: ScoredRows): ProbabilityScores {
  const rows = labels.length
  const logs = createSum()
  const squares = createSum()
  let total = 0
  let positives = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1
    const p = scores[i]
    if (p < 0 || p > 1) return { logLoss: null, brierScore: null, d2LogLoss: null, d2Brier: null }
    const isPositive = labels[i] === 1
    const given = isPositive ? p : 1 - p
    logs.add(-weight * Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, given))))
    squares.add(weight * (1 - given) ** 2)
    total += weight
    if (isPositive) positives += weight
  }
  if (!(total > 0)) return { logLoss: null, brierScore: null, d2LogLoss: null, d2Brier: null }
  const logLoss = logs.value() / total
  const brierScore = squares.value() / total
  const rate = positives / total
  const isBoth = rate > 0 && rate < 1
  const entropy = -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate)
  return {
    logLoss,
    brierScore,
    d2LogLoss: isBoth && rows >= 2 ? 1 - logLoss / entropy : null,
    d2Brier: isBoth && rows >= 2 ? 1 - brierScore / (rate * (1 - rate)) : null,
  }
}
