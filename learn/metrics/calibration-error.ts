import type { RankedScores } from './ranked-scores.ts'

/**
 * Expected calibration error over bins of equal mass: sum over bins of |mean score - share of positives| weighted by their share
 * of the observations. Observations are cut by their score into `bins` parts of the same number; equal scores that
 * belong to several parts are shared out in proportion, so that their order does not matter. Bins of equal width would leave all
 * but one empty where positives are rare.
 */
export function calibrationError(ranked: RankedScores, bins: number): number {
  const { groups, scores, positives, negatives, totalPositives, totalNegatives } = ranked
  const n = totalPositives + totalNegatives
  const mass = n / bins
  let error = 0
  let filled = 0
  /** Sum of (score - label) in the bin. */
  let difference = 0
  for (let i = 0; i < groups; i++) {
    const size = positives[i] + negatives[i]
    const perEvent = scores[i] - positives[i] / size
    let left = size
    while (left > 0) {
      const taken = Math.min(left, mass - filled)
      difference += taken * perEvent
      filled += taken
      left -= taken
      if (filled < mass - 1e-9) continue
      error += Math.abs(difference)
      filled = 0
      difference = 0
      if (left < 1e-9) break
    }
  }
  return n === 0 ? 0 : (error + Math.abs(difference)) / n
}
