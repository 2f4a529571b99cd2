import type { ThresholdCounts } from './threshold-counts.ts'

/** Chance that a positive scores above a negative, ties counted half: the area under the ROC curve. Null for one class only. */
export function rocAucOf({
  truePositives,
  falsePositives,
  positives,
  negatives,
}: ThresholdCounts): number | null {
  if (!(positives > 0 && negatives > 0)) return null
  let area = 0
  let hits = 0
  let misses = 0
  for (let i = 0; i < truePositives.length; i++) {
    area += (falsePositives[i] - misses) * (truePositives[i] + hits)
    hits = truePositives[i]
    misses = falsePositives[i]
  }
  return area / 2 / positives / negatives
}

/** Mean precision over the recalls reached, without interpolation. Null without positives. */
export function averagePrecisionOf({
  truePositives,
  falsePositives,
  positives,
}: ThresholdCounts): number | null {
  if (!(positives > 0)) return null
  let total = 0
  let hits = 0
  for (let i = 0; i < truePositives.length; i++) {
    const flagged = truePositives[i] + falsePositives[i]
    if (flagged > 0) total += ((truePositives[i] - hits) * truePositives[i]) / flagged
    hits = truePositives[i]
  }
  return total / positives
}
