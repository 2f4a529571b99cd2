import { type Decile, gainAndLift } from '#learn/batch/evaluation/gain-and-lift.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { partOfRun } from './part-of-run.ts'
import { CLASS_LABELS, scoredRows } from './scored-rows.ts'

interface Gains {
  /** Shares of the rows, 0 first, 1 last. */
  percent: readonly number[]
  gain: readonly { label: string; values: readonly number[] }[]
  /** Of the positive class. */
  deciles: readonly Decile[]
  sampled: ChartSampled
}

/**
 * What share of each class is found in the best-scored part of the rows, at shares that both classes have in common.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function gainsOfClasses(input: ChartInput): Gains {
  const { labels, scores, sampled } = scoredRows(partOfRun(input))
  const points = input.options.number('points')
  const steps = Math.min(points, labels.length)
  const percent = Array.from(
    { length: steps + 1 },
    (_, i) => Math.floor((i * labels.length) / steps) / labels.length,
  )
  // Every point of the curve, so that the value at each share is exact.
  const maxPoints = labels.length
  const curves = [0, 1] as const
  const found = curves.map(positiveClass => gainAndLift({ labels, scores, positiveClass, maxPoints }))
  return {
    percent,
    gain: found.flatMap(({ gain }, c) => {
      if (gain.length === 0) return []
      const values = percent.map(at => (at === 0 ? 0 : (gain[Math.round(at * labels.length) - 1] ?? 1)))
      return [{ label: CLASS_LABELS[c] ?? String(c), values }]
    }),
    deciles: found[1]?.deciles ?? [],
    sampled,
  }
}
