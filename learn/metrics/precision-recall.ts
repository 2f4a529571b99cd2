import type { RankedScores } from './ranked-scores.ts'

/** Average precision: the sum over distinct thresholds of the gain in recall times the precision there; 0 without positives. */
export function averagePrecision({ groups, positives, negatives, totalPositives }: RankedScores): number {
  if (totalPositives === 0) return 0
  let hits = 0
  let taken = 0
  let sum = 0
  for (let i = groups - 1; i >= 0; i--) {
    hits += positives[i]
    taken += positives[i] + negatives[i]
    if (positives[i] > 0) sum += (positives[i] * hits) / taken
  }
  return sum / totalPositives
}

/**
 * Area under the precision-recall curve as River's RollingPRAUC (Gomes, Grégio, Alves and Almeida 2023): precision is made to grow with
 * the threshold, points are joined by straight lines, and the last one has precision 1. 0 when a class is missing.
 */
export function riverPrAuc(ranked: RankedScores): number {
  const { groups, positives, negatives, totalPositives, totalNegatives } = ranked
  if (totalPositives === 0 || totalNegatives === 0) return 0
  let hits = totalPositives
  let taken = totalPositives + totalNegatives
  let lastHits = hits
  let lastPrecision = hits / taken
  let area = 0
  for (let i = 0; i < groups; i++) {
    const precision = Math.max(lastPrecision, hits / taken)
    area += ((lastHits - hits) * (precision + lastPrecision)) / 2
    lastHits = hits
    lastPrecision = precision
    hits -= positives[i]
    taken -= positives[i] + negatives[i]
  }
  area += ((lastHits - hits) * (1 + lastPrecision)) / 2
  return area / totalPositives
}

/** Share of positives among the `k` highest scores; those that tie for the last places count in proportion. */
export function precisionAtK({ groups, positives, negatives }: RankedScores, k: number): number {
  let left = k
  let hits = 0
  for (let i = groups - 1; i >= 0 && left > 0; i--) {
    const size = positives[i] + negatives[i]
    hits += size <= left ? positives[i] : (positives[i] * left) / size
    left -= Math.min(size, left)
  }
  return left === k ? 0 : hits / (k - left)
}
