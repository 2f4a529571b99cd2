import type { ScoredRows } from './check-scored.ts'
import { pick } from './pick.ts'
import { thinCurve } from './thin-curve.ts'
import { type ThresholdCounts, thresholdCounts } from './threshold-counts.ts'

export interface Decile {
  /** 1 holds the highest scores. */
  decile: number
  n: number
  positives: number
  /** Share of positives in it. */
  rate: number
  /** That share over the share among all. */
  lift: number
  /** Share of all positives up to here. */
  cumGain: number
}

export interface GainAndLift {
  /** Share of rows that are looked at, best score first. */
  percent: number[]
  /** Share of the positives found in them. */
  gain: number[]
  /** Gain over percent. */
  lift: number[]
  deciles: Decile[]
}

/**
 * What looking at the best scored rows finds, thinned to `maxPoints`; equal scores in the order they were given. `positiveClass` 0
 * ranks from the lowest score up and looks for zeros. Empty if that class never occurred. Weights don't count.
 * @throws `INVALID_DATA`, see `checkScored`.
 */
export function gainAndLift({
  maxPoints,
  positiveClass = 1,
  counts,
  ...rows
}: ScoredRows & { maxPoints?: number; positiveClass?: 0 | 1; counts?: ThresholdCounts }): GainAndLift {
  const { labels, scores } = rows
  const order = positiveClass === 1 ? (counts ?? thresholdCounts(rows)).order : lowestFirst(rows)
  const size = order.length
  const found = new Float64Array(size + 1)
  for (let i = 0; i < size; i++) found[i + 1] = found[i] + (labels[order[i]] === positiveClass ? 1 : 0)
  const positives = found[size]
  if (positives === 0 || scores.length === 0) return { percent: [], gain: [], lift: [], deciles: [] }
  const percent = new Float64Array(size)
  const gain = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    percent[i] = (i + 1) / size
    gain[i] = found[i + 1] / positives
  }
  const kept = thinCurve([percent, gain], maxPoints)
  return {
    percent: pick(percent, kept),
    gain: pick(gain, kept),
    lift: Array.from(kept, i => gain[i] / percent[i]),
    deciles: decilesOf(found, positives),
  }
}

const lowestFirst = ({ labels, scores }: ScoredRows) =>
  thresholdCounts({ labels, scores: Float64Array.from(scores, score => -score) }).order

function decilesOf(found: Float64Array, positives: number): Decile[] {
  const size = found.length - 1
  const rate = positives / size
  return Array.from({ length: 10 }, (_, i) => {
    const [from, to] = [Math.round((i * size) / 10), Math.round(((i + 1) * size) / 10)]
    const n = to - from
    const hits = found[to] - found[from]
    return {
      decile: i + 1,
      n,
      positives: hits,
      rate: n > 0 ? hits / n : 0,
      lift: n > 0 ? hits / n / rate : 0,
      cumGain: found[to] / positives,
    }
  })
}
