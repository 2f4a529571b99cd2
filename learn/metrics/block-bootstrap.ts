import { createRandom } from '../math/random.ts'
import type { Interval } from './interval.ts'
import { percentileInterval, RESAMPLES } from './percentile-interval.ts'

/** With fewer blocks than this an interval would be mostly luck. */
const MIN_BLOCKS = 8

/**
 * Confidence interval of a statistic of sums by resampling blocks with replacement (Künsch 1989, disjoint blocks). `cells` holds one
 * row of `columns` sums per block, the first of them the number of observations; empty blocks are passed over. Null with fewer
 * than 8 blocks. The same cells give the same interval.
 */
export function blockBootstrap(
  cells: Float64Array,
  columns: number,
  statistic: (totals: Float64Array) => number,
): Interval | null {
  const used: number[] = []
  for (let at = 0; at < cells.length; at += columns) if (cells[at] > 0) used.push(at)
  if (used.length < MIN_BLOCKS) return null
  const random = createRandom(used.length)
  const totals = new Float64Array(columns)
  const values = new Float64Array(RESAMPLES)
  for (let b = 0; b < RESAMPLES; b++) {
    totals.fill(0)
    for (let i = 0; i < used.length; i++) {
      const at = used[random.below(used.length)]
      for (let c = 0; c < columns; c++) totals[c] += cells[at + c]
    }
    values[b] = statistic(totals)
  }
  return percentileInterval(values, 'block-bootstrap')
}
