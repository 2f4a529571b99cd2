/** Log odds beyond this are as good as certain: e^-16 is 1e-7. */
const WIDEST = 16
const BUCKETS = 65_536

/** Counts scores in equal steps of log odds, so that figures of the ranking cost O(rows) rather than a sort. */
export interface RankingBuckets {
  /** Area under the ROC curve; scores of one bucket count as tied. */
  auc(): number
  /** Average precision, likewise. */
  averagePrecision(): number
}

/** `labels` hold 0 and 1, both at least once with weight. */
export function rankingBuckets(
  scores: Float64Array,
  labels: Float64Array,
  weights: Float64Array | null,
): RankingBuckets {
  const positives = new Float64Array(BUCKETS)
  const negatives = new Float64Array(BUCKETS)
  let positive = 0
  let negative = 0
  for (let i = 0; i < scores.length; i++) {
    const place = Math.floor(((scores[i] + WIDEST) * BUCKETS) / (2 * WIDEST))
    const bucket = place < 0 ? 0 : place < BUCKETS ? place : BUCKETS - 1
    const weight = weights === null ? 1 : weights[i]
    if (labels[i] === 1) {
      positives[bucket] += weight
      positive += weight
    } else {
      negatives[bucket] += weight
      negative += weight
    }
  }
  return {
    auc() {
      let below = 0
      let pairs = 0
      for (let i = 0; i < BUCKETS; i++) {
        pairs += positives[i] * (below + negatives[i] / 2)
        below += negatives[i]
      }
      return pairs / (positive * negative)
    },
    averagePrecision() {
      let hits = 0
      let misses = 0
      let sum = 0
      for (let i = BUCKETS - 1; i >= 0; i--) {
        if (positives[i] === 0 && negatives[i] === 0) continue
        hits += positives[i]
        misses += negatives[i]
        sum += (positives[i] * hits) / (hits + misses)
      }
      return sum / positive
    },
  }
}
