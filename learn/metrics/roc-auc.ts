import type { StateReader } from '../state/reader.ts'
import type { ClassificationObservation, Metric } from './metric.ts'

const THRESHOLDS = 50
/** So that a score of 0 is above the lowest threshold and a score of 1 below the highest. */
const MARGIN = 1e-7

/**
 * Area under the ROC curve through 50 fixed thresholds, as River's ROCAUC: biased when scores bunch near 0, which
 * is why `rollingRocAuc` stands beside it. Kept as a histogram: one increment per observation.
 */
export function createRocAuc(input?: StateReader): Metric<ClassificationObservation> {
  const thresholds = Float64Array.from({ length: THRESHOLDS }, (_, i) => i / (THRESHOLDS - 1))
  thresholds[0] -= MARGIN
  thresholds[THRESHOLDS - 1] += MARGIN
  /** Per number of thresholds below the score: negatives and positives, interleaved. */
  const counts = input ? input.f64s(2 * (THRESHOLDS + 1)) : new Float64Array(2 * (THRESHOLDS + 1))

  function totalOf(label: 0 | 1): number {
    let total = 0
    for (let i = label; i < counts.length; i += 2) total += counts[i]
    return total
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
      for (let below = THRESHOLDS; below >= 1; below--) {
        falsePositives += counts[2 * below]
        truePositives += counts[2 * below + 1]
        const fpr = negatives > 0 ? falsePositives / negatives : 0
        const tpr = positives > 0 ? truePositives / positives : 0
        if (below < THRESHOLDS) area += ((fpr - lastFpr) * (tpr + lastTpr)) / 2
        lastFpr = fpr
        lastTpr = tpr
      }
      return area
    },
    update({ label, score }) {
      if (!(score - score === 0)) return
      let below = Math.min(THRESHOLDS, Math.max(0, Math.ceil(score * (THRESHOLDS - 1))))
      // The guess can be off by one where i / 49 is rounded and at the margins.
      while (below < THRESHOLDS && score > thresholds[below]) below += 1
      while (below > 0 && !(score > thresholds[below - 1])) below -= 1
      counts[2 * below + label] += 1
    },
    save: out => out.f64s(counts),
  }
}
