import type { ScoredRows } from './check-scored.ts'
import { type DecisionScores, decisionScores } from './decision-scores.ts'
import { type ProbabilityScores, probabilityScores } from './probability-scores.ts'
import { averagePrecisionOf, rocAucOf } from './ranking-scores.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

/** By the names of the catalogue of batch metrics; null where one is not defined on these rows, such as the AUC of one class. Never NaN. */
export interface ClassificationScores extends DecisionScores, ProbabilityScores {
  rocAuc: number | null
  averagePrecision: number | null
}

/**
 * All scores of a binary classifier on a test set; a row is flagged from `threshold` on. `counts` saves sorting again.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function classificationScores({
  threshold,
  counts,
  ...rows
}: ScoredRows & { threshold: number; counts?: ThresholdCounts }): ClassificationScores {
  const ranked = counts ?? thresholdCounts(rows)
  const { labels, scores, weights } = rows
  let tp = 0
  let fp = 0
  for (let i = 0; i < labels.length; i++) {
    if (scores[i] < threshold) continue
    const weight = weights ? weights[i] : 1
    if (labels[i] === 1) tp += weight
    else fp += weight
  }
  const fn = Math.max(0, ranked.positives - tp)
  const tn = Math.max(0, ranked.negatives - fp)
  return {
    ...decisionScores(tp, fp, fn, tn),
    rocAuc: rocAucOf(ranked),
    averagePrecision: averagePrecisionOf(ranked),
    ...probabilityScores(rows),
  }
}
