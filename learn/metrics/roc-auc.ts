import type { ClassificationObservation, Metric } from './metric.ts'
import type { SavedState } from './saved-state.ts'

/** So that a score of 0 is above the lowest threshold and a score of 1 below the highest. */
const MARGIN = 1e-7

/**
 * Area under the ROC curve through fixed thresholds (River takes 10, we 50), as River's ROCAUC: biased when scores bunch near 0, which
 * is why `rollingRocAuc` stands beside it. Kept as a histogram: one increment per observation.
 */
export function createRocAuc(from?: SavedState, size = 50): Metric<ClassificationObservation> {
  const thresholds = Float64Array.from({ length: size }, (_, i) => i / (size - 1))
  thresholds[0] -= MARGIN
  thresholds[size - 1] += MARGIN
  /** Per number of thresholds below the score: negatives and positives, interleaved. */
  const counts = from ? from.input.f64s(2 * (size + 1)) : new Float64Array(2 * (size + 1))

  function totalOf(label: 0 | 1): number {
    let total = 0
    for (let i = label; i < counts.length; i += 2) total += counts[i]
    return total
  }

  function count({ label, score }: ClassificationObservation, sign: 1 | -1): void {
    if (!(score - score === 0)) return
    let below = Math.min(size, Math.max(0, Math.ceil(score * (size - 1))))
    // The guess can be off by one where i / (size - 1) is rounded and at the margins.
    while (below < size && score > thresholds[below]) below += 1
    while (below > 0 && !(score > thresholds[below - 1])) below -= 1
    counts[2 * below + label] += sign
  }

  return {
    n: () => totalOf(0) + totalOf(1),
    defined: () => totalOf(0) > 0 && totalOf(1) > 0,
    value() {
      const negatives = totalOf(0)
      const positives = totalOf(1)
      let area = 0
      // From the highest threshold down: both rates grow from 0 to 1.
      let falsePositives = 0
      let truePositives = 0
      let lastFpr = 0
      let lastTpr = 0
      for (let below = size; below >= 1; below--) {
        falsePositives += counts[2 * below]
        truePositives += counts[2 * below + 1]
        const fpr = negatives > 0 ? falsePositives / negatives : 0
        const tpr = positives > 0 ? truePositives / positives : 0
        if (below < size) area += ((fpr - lastFpr) * (tpr + lastTpr)) / 2
        lastFpr = fpr
        lastTpr = tpr
      }
      return area
    },
    update: observation => count(observation, 1),
    correct(before, after) {
      count(before, -1)
      count(after, 1)
    },
    save: out => out.f64s(counts),
  }
}
