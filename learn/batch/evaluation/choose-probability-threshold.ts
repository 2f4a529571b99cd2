import type { ScoredRows } from './check-scored.ts'
import { type ChosenThreshold, chooseThreshold, type ThresholdObjective } from './choose-threshold.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

/**
 * As `chooseThreshold`, for scores that are probabilities: theory says where their best threshold is, for F-beta at F / (1 + beta²)
 * (Lipton, Elkan and Narayanaswamy 2014), for costs at fpCost / (fpCost + fnCost) (Elkan 2001). F is known far better than the place of
 * its maximum, which moves with a few rows, so that threshold does better on rows to come. It is taken if it is no worse on
 * these rows than luck explains (one standard error); else the probabilities are wrong, and the best one on these rows is.
 * @throws as `chooseThreshold`.
 */
export function chooseProbabilityThreshold({
  objective,
  counts,
  ...rows
}: ScoredRows & { objective: ThresholdObjective; counts?: ThresholdCounts }): ChosenThreshold | null {
  const ranked = counts ?? thresholdCounts(rows)
  const best = chooseThreshold({ ...rows, objective, counts: ranked })
  if (!best) return null
  const threshold = inTheory(objective, best.value)
  if (!(threshold > 0 && threshold < 1)) return best
  const { positives, negatives } = ranked
  const [tp, fp] = flaggedAt(ranked, threshold)
  if (objective.kind === 'fbeta') {
    const square = objective.beta ** 2
    const value = ((1 + square) * tp) / (square * positives + tp + fp)
    const error = Math.sqrt((best.value * (1 - best.value)) / positives)
    return value >= best.value - error ? { threshold, value } : best
  }
  const { fpCost, fnCost } = objective
  const fn = positives - tp
  const all = positives + negatives
  const value = (fpCost * fp + fnCost * fn) / all
  const error = Math.sqrt(fpCost ** 2 * fp + fnCost ** 2 * fn) / all
  return value <= best.value + error ? { threshold, value } : best
}

function inTheory(objective: ThresholdObjective, value: number): number {
  if (objective.kind === 'fbeta') return value / (1 + objective.beta ** 2)
  return objective.fpCost / (objective.fpCost + objective.fnCost)
}

/** True and false positives among the rows that score at least as much. */
function flaggedAt(
  { thresholds, truePositives, falsePositives }: ThresholdCounts,
  threshold: number,
): [tp: number, fp: number] {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (thresholds[middle] >= threshold) low = middle + 1
    else high = middle
  }
  return low === 0 ? [0, 0] : [truePositives[low - 1], falsePositives[low - 1]]
}
