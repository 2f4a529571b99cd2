import { codedError } from '../../coded-error.ts'
import type { ScoredRows } from './check-scored.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

/** What a threshold should be best at: a high F-beta, or a low mean cost of wrong decisions. */
export type ThresholdObjective =
  | { kind: 'fbeta'; beta: number }
  | { kind: 'cost'; fpCost: number; fnCost: number }

export interface ChosenThreshold {
  /** Scores of at least this much are flagged: half way between the last flagged score and the next lower one. */
  threshold: number
  /** F-beta, or the cost per unit of weight, reached on these rows. */
  value: number
}

/**
 * The best threshold on validation rows; among equals the highest. Null without positives (F-beta) or without rows (cost).
 * @throws `INVALID_PARAMETER` for a beta that is not above 0 and costs below 0; `INVALID_DATA`, see `checkScored`.
 */
export function chooseThreshold({
  objective,
  counts,
  ...rows
}: ScoredRows & { objective: ThresholdObjective; counts?: ThresholdCounts }): ChosenThreshold | null {
  checkObjective(objective)
  const { thresholds, truePositives, falsePositives, positives, negatives } = counts ?? thresholdCounts(rows)
  const size = thresholds.length
  const all = positives + negatives
  if (!(all > 0) || (objective.kind === 'fbeta' && !(positives > 0))) return null
  // -1: nothing is flagged.
  let best = -1
  let bestValue = goodness(objective, 0, 0, positives, all)
  for (let i = 0; i < size; i++) {
    const value = goodness(objective, truePositives[i], falsePositives[i], positives, all)
    if (value > bestValue) {
      best = i
      bestValue = value
    }
  }
  return {
    threshold: between(thresholds, best),
    value: objective.kind === 'cost' ? 0 - bestValue : bestValue,
  }
}

function goodness(
  objective: ThresholdObjective,
  tp: number,
  fp: number,
  positives: number,
  all: number,
): number {
  if (objective.kind === 'cost') return -(objective.fpCost * fp + objective.fnCost * (positives - tp)) / all
  const square = objective.beta ** 2
  return ((1 + square) * tp) / (square * positives + tp + fp)
}

function between(thresholds: Float64Array, last: number): number {
  if (last < 0) {
    const highest = thresholds[0]
    return highest + Math.max(Number.MIN_VALUE, Math.abs(highest) * 2 ** -51)
  }
  const flagged = thresholds[last]
  if (last === thresholds.length - 1) return flagged
  const middle = thresholds[last + 1] + (flagged - thresholds[last + 1]) / 2
  // Of two neighbouring numbers the middle may round to the lower.
  return middle > thresholds[last + 1] ? middle : flagged
}

function checkObjective(objective: ThresholdObjective): void {
  const wanted =
    objective.kind === 'fbeta'
      ? objective.beta > 0 && objective.beta < Infinity
      : objective.fpCost >= 0 && objective.fnCost >= 0 && objective.fpCost + objective.fnCost < Infinity
  if (wanted) return
  throw codedError(
    'INVALID_PARAMETER',
    `${JSON.stringify(objective)} given, a beta above 0 or two costs of at least 0 wanted.`,
  )
}
