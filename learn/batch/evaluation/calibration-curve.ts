import { codedError } from '../../coded-error.ts'
import { percentiles } from '../statistics/percentiles.ts'
import { checkScored, type ScoredRows } from './check-scored.ts'
import { probabilityScores } from './probability-scores.ts'
import { wilsonInterval } from './wilson-interval.ts'

export interface CalibrationBin {
  lo: number
  hi: number
  meanPredicted: number
  fractionPositive: number
  count: number
  /** Wilson's 95 % interval of the fraction. */
  ciLow: number
  ciHigh: number
}

export interface CalibrationCurve {
  strategy: 'uniform' | 'quantile'
  /** Those with rows in them. */
  bins: CalibrationBin[]
  brier: number | null
  logLoss: number | null
  /** Mean and largest |fraction of positives - mean prediction| over the bins, the mean weighted by their rows. */
  ece: number | null
  mce: number | null
}

/**
 * How often what was predicted with a probability came true. A probability on an edge belongs to the bin below it, as in scikit-learn.
 * @throws `INVALID_DATA` for probabilities outside of 0 to 1 and what `checkScored` refuses; `INVALID_PARAMETER` for bins outside of 1 to 1000.
 */
export function calibrationCurve({
  bins = 10,
  strategy = 'uniform',
  ...rows
}: ScoredRows & { bins?: number; strategy?: 'uniform' | 'quantile' }): CalibrationCurve {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1000)) {
    throw codedError('INVALID_PARAMETER', `bins: ${bins} given, a whole number from 1 to 1000 wanted.`)
  }
  checkScored(rows)
  const { labels, scores, weights } = rows
  const size = labels.length
  const edges = edgesOf(scores, bins, strategy)
  const totals = new Float64Array(bins)
  const predicted = new Float64Array(bins)
  const positive = new Float64Array(bins)
  const counts = new Float64Array(bins)
  for (let i = 0; i < size; i++) {
    const p = scores[i]
    if (p < 0 || p > 1) throw codedError('INVALID_DATA', `Row ${i} has the probability ${p}, 0 to 1 wanted.`)
    const weight = weights ? weights[i] : 1
    const bin = binOf(edges, p)
    totals[bin] += weight
    counts[bin]++
    predicted[bin] += weight * p
    if (labels[i] === 1) positive[bin] += weight
  }
  const all = totals.reduce((sum, total) => sum + total, 0)
  const filled = [...totals.keys()].filter(bin => totals[bin] > 0)
  const gaps = filled.map(bin => Math.abs(positive[bin] - predicted[bin]) / totals[bin])
  const { brierScore, logLoss } = probabilityScores(rows)
  return {
    strategy,
    bins: filled.map(bin => {
      const fractionPositive = positive[bin] / totals[bin]
      const interval = wilsonInterval(fractionPositive * counts[bin], counts[bin])
      return {
        lo: edges[bin],
        hi: edges[bin + 1],
        meanPredicted: predicted[bin] / totals[bin],
        fractionPositive,
        count: counts[bin],
        ciLow: interval?.low ?? 0,
        ciHigh: interval?.high ?? 1,
      }
    }),
    brier: brierScore,
    logLoss,
    ece: all > 0 ? filled.reduce((sum, bin, i) => sum + (gaps[i] * totals[bin]) / all, 0) : null,
    mce: all > 0 ? Math.max(...gaps) : null,
  }
}

function edgesOf(scores: ArrayLike<number>, bins: number, strategy: 'uniform' | 'quantile'): number[] {
  const shares = Array.from({ length: bins + 1 }, (_, i) => i / bins)
  if (strategy === 'uniform' || scores.length === 0) return shares.map((_, i) => i * (1 / bins))
  return percentiles(Float64Array.from(scores).sort(), shares)
}

/** The number of inner edges below the value. */
function binOf(edges: readonly number[], value: number): number {
  let low = 1
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle] < value) low = middle + 1
    else high = middle
  }
  return low - 1
}
