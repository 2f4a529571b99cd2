import type { Column, Row } from './learner.ts'

/** How much less the ratio target / scale must vary than the target itself before a scale is worth having. */
const WORTHWHILE = 0.7

/**
 * The numeric column whose multiples describe the target best: the one with the smallest relative spread of
 * target / column, if that is clearly below the target's own. -1 if there is none, or a column is not positive.
 */
export function chooseScale(
  columns: readonly Column[],
  rows: readonly Row[],
  targets: readonly number[],
): number {
  let best = -1
  let spread = WORTHWHILE * relativeSpread(targets)
  columns.forEach(({ kind }, i) => {
    if (kind !== 'numeric' || !rows.every(row => row[i] > 0 || Number.isNaN(row[i]))) return
    const ratios = targets.map((target, j) => target / rows[j][i]).filter(Number.isFinite)
    if (ratios.length < 0.9 * rows.length) return
    const own = relativeSpread(ratios)
    if (own >= spread) return
    best = i
    spread = own
  })
  return best
}

/** Mean absolute deviation from the median, over the median's size. */
function relativeSpread(values: readonly number[]): number {
  const middle = median(values)
  const deviation = values.reduce((sum, value) => sum + Math.abs(value - middle), 0) / values.length
  return middle === 0 ? Infinity : deviation / Math.abs(middle)
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
