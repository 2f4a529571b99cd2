import { INTERVAL_LEVEL, INTERVAL_Z, type Interval } from './interval.ts'
import type { RankedScores } from './ranked-scores.ts'

/** Area under the ROC curve as the Mann-Whitney statistic: share of pairs in order, ties half; 0 when a class is missing. */
export function exactAuc({
  groups,
  positives,
  negatives,
  totalPositives,
  totalNegatives,
}: RankedScores): number {
  if (totalPositives === 0 || totalNegatives === 0) return 0
  let wins = 0
  let below = 0
  for (let i = 0; i < groups; i++) {
    wins += positives[i] * (below + negatives[i] / 2)
    below += negatives[i]
  }
  return wins / (totalPositives * totalNegatives)
}

/**
 * Interval of the exact area by DeLong, DeLong and Clarke-Pearson (1988), in the linear-time form of Sun and Xu (2014) on ranked scores;
 * symmetric in the log-odds of the area, so that it stays within 0 and 1. Null below two of a class and where nothing overlaps.
 */
export function delong(ranked: RankedScores): Interval | null {
  const { groups, positives, negatives, totalPositives: p, totalNegatives: q } = ranked
  if (p < 2 || q < 2) return null
  const auc = exactAuc(ranked)
  let below = 0
  let above = p
  let ofPositives = 0
  let ofNegatives = 0
  for (let i = 0; i < groups; i++) {
    above -= positives[i]
    const beaten = (below + negatives[i] / 2) / q - auc
    const beating = (above + positives[i] / 2) / p - auc
    ofPositives += positives[i] * beaten * beaten
    ofNegatives += negatives[i] * beating * beating
    below += negatives[i]
  }
  const variance = ofPositives / (p - 1) / p + ofNegatives / (q - 1) / q
  if (!(variance > 0) || auc <= 0 || auc >= 1) return null
  const centre = Math.log(auc / (1 - auc))
  const half = (INTERVAL_Z * Math.sqrt(variance)) / (auc * (1 - auc))
  return {
    lower: 1 / (1 + Math.exp(half - centre)),
    upper: 1 / (1 + Math.exp(-half - centre)),
    level: INTERVAL_LEVEL,
    method: 'delong',
  }
}

/** The area as River's RollingROCAUC has it: pairs that tie count half, but for each negative rounded down to whole positives. */
export function riverRocAuc(ranked: RankedScores): number {
  const { groups, positives, negatives, totalPositives, totalNegatives } = ranked
  if (totalPositives === 0 || totalNegatives === 0) return 0
  let wins = 0
  let above = totalPositives
  for (let i = 0; i < groups; i++) {
    const atLeast = above
    above -= positives[i]
    wins += negatives[i] * Math.floor((atLeast + above) / 2)
  }
  return wins / (totalPositives * totalNegatives)
}
