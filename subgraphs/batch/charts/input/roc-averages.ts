import { rocCurve } from '#learn/batch/evaluation/roc-curve.ts'
import type { RocAverage } from '../data/classification-data.ts'

interface Options {
  labels: Float64Array
  scores: Float64Array
  /** Of the positive class. */
  curve: { fpr: readonly number[]; tpr: readonly number[]; auc: number }
  maxPoints: number
}

const STEPS = 200
/** Averages are drawn beside the curve and need fewer points than it. */
const MOST_POINTS = 500

/**
 * Averages over both classes, where the negative one is scored by 1 - score: micro over all decisions about either class, macro as
 * the mean of both curves at each false alarm rate (Fawcett 2006).
 */
export function rocAverages({ labels, scores, curve, maxPoints }: Options): {
  micro: RocAverage
  macro: RocAverage
} {
  const rows = labels.length
  const bothLabels = new Float64Array(2 * rows)
  const bothScores = new Float64Array(2 * rows)
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number
    const score = scores[i] as number
    bothLabels[i] = label
    bothScores[i] = score
    bothLabels[rows + i] = 1 - label
    bothScores[rows + i] = 1 - score
  }
  const micro = rocCurve({
    labels: bothLabels,
    scores: bothScores,
    maxPoints: Math.min(maxPoints, MOST_POINTS),
  })
  // Ranking the negatives by 1 - score mirrors the curve at the falling diagonal.
  const mirrored = {
    fpr: curve.tpr.map(rate => 1 - rate).reverse(),
    tpr: curve.fpr.map(rate => 1 - rate).reverse(),
  }
  const fpr = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS)
  const own = heights(curve, fpr)
  const other = heights(mirrored, fpr)
  return {
    micro: { fpr: micro.fpr, tpr: micro.tpr, auc: micro.auc },
    macro: { fpr, tpr: own.map((height, i) => (height + (other[i] ?? height)) / 2), auc: curve.auc },
  }
}

/** Heights of a rising curve at rising places, on straight lines between its points; at a step its upper end. */
function heights(
  { fpr, tpr }: { fpr: readonly number[]; tpr: readonly number[] },
  at: readonly number[],
): number[] {
  let i = 0
  return at.map(x => {
    while (i + 1 < fpr.length && (fpr[i + 1] as number) <= x) i++
    const [x0, y0] = [fpr[i] ?? 0, tpr[i] ?? 0]
    const [x1, y1] = [fpr[i + 1] ?? x0, tpr[i + 1] ?? y0]
    return x1 > x0 ? y0 + ((y1 - y0) * Math.max(0, x - x0)) / (x1 - x0) : y0
  })
}
