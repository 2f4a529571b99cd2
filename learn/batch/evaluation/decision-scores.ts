/** Scores of yes-or-no decisions; null where a score is not defined on what was seen. */
export interface DecisionScores {
  recall: number | null
  precision: number | null
  f1: number | null
  fbeta2: number | null
  accuracy: number | null
  balancedAccuracy: number | null
  mcc: number | null
  cohenKappa: number | null
  jaccard: number | null
  geometricMean: number | null
}

/**
 * From the four counts, which may be weighted. As in scikit-learn, precision is 0 if nothing was flagged and Matthews' correlation
 * is 0 if it has no spread; scores that need a class which never occurred are null.
 */
export function decisionScores(tp: number, fp: number, fn: number, tn: number): DecisionScores {
  const positives = tp + fn
  const negatives = tn + fp
  const all = positives + negatives
  const recall = ratio(tp, positives)
  const specificity = ratio(tn, negatives)
  const isBoth = positives > 0 && negatives > 0
  const spread = Math.sqrt(tp + fp) * Math.sqrt(positives) * Math.sqrt(negatives) * Math.sqrt(tn + fn)
  const byChance = all > 0 ? ((tp + fp) * positives + (tn + fn) * negatives) / all : 0
  return {
    recall,
    precision: tp + fp > 0 ? tp / (tp + fp) : positives > 0 ? 0 : null,
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    fbeta2: ratio(5 * tp, 5 * tp + 4 * fn + fp),
    accuracy: ratio(tp + tn, all),
    balancedAccuracy: isBoth ? ((recall as number) + (specificity as number)) / 2 : null,
    mcc: !isBoth ? null : spread > 0 ? (tp * tn - fp * fn) / spread : 0,
    cohenKappa: isBoth ? ratio(tp + tn - byChance, all - byChance) : null,
    jaccard: ratio(tp, tp + fp + fn),
    geometricMean: isBoth ? Math.sqrt((recall as number) * (specificity as number)) : null,
  }
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
