import type { SliceValue } from './slices.ts'

/** How far apart the best and the worst slice of a field are by one metric. */
export interface SliceGap {
  field: string
  metric: string
  /** Values of the field; null for events without one. */
  best: string | null
  worst: string | null
  /** Not negative, whatever the direction of the metric. */
  gap: number
  /** Whether the confidence intervals of the two lie apart; null where one has none. */
  apart: boolean | null
}

/** One gap per field and metric that has a direction and at least two slices with `minObservations`; the rest slice is left out. */
export function sliceGaps(values: readonly SliceValue[], minObservations: number): SliceGap[] {
  const enough = values.filter(({ n, rest }) => !rest && n >= minObservations)
  const gaps: SliceGap[] = []
  for (const field of new Set(enough.map(({ field }) => field))) {
    const slices = enough.filter(slice => slice.field === field)
    for (const [i, { name, direction }] of (slices[0]?.metrics ?? []).entries()) {
      const sign = direction === 'LOWER_IS_BETTER' ? -1 : 1
      const ranked = slices
        .flatMap(({ value, metrics }) => {
          const metric = metrics[i]
          return metric.value === null ? [] : [{ value, figure: metric.value, interval: metric.interval }]
        })
        .sort((a, b) => sign * (b.figure - a.figure))
      const best = ranked.at(0)
      const worst = ranked.at(-1)
      if (direction === 'NONE' || !best || !worst || ranked.length < 2) continue
      const apart =
        best.interval && worst.interval
          ? best.interval.lower > worst.interval.upper || best.interval.upper < worst.interval.lower
          : null
      const gap = Math.abs(best.figure - worst.figure)
      gaps.push({ field, metric: name, best: best.value, worst: worst.value, gap, apart })
    }
  }
  return gaps
}
