import type { Scale } from '#learn/batch/model/scaled-scorer.ts'
import type { LabelledPart } from './supervised.ts'

/** How much less the label must vary as a multiple of a column than by itself before that is worth it; as online. */
const WORTHWHILE = 0.7
/** Rows that are looked at. */
const LOOK = 20_000

/**
 * The numeric column whose multiples describe the label best: the one with the smallest relative spread of label / column, if that is
 * clearly below the label's own. Null if there is none. Travel time, say, is a multiple of the distance.
 */
export function chooseScale({ data, labels }: LabelledPart): Scale | null {
  const step = Math.max(1, Math.floor(data.rows / LOOK))
  const rows = Array.from({ length: Math.floor(data.rows / step) }, (_, i) => i * step)
  if (rows.some(row => !((labels[row] as number) > 0))) return null
  let found: Scale | null = null
  let spread = WORTHWHILE * relativeSpread(rows.map(row => labels[row] as number))
  data.columns.forEach(({ kind }, column) => {
    if (kind !== 'numeric') return
    const values = data.values[column] as Float64Array
    if (rows.some(row => !((values[row] as number) > 0))) return
    const own = relativeSpread(rows.map(row => (labels[row] as number) / (values[row] as number)))
    if (own >= spread) return
    spread = own
    found = { column, fallback: medianOf(rows.map(row => values[row] as number)) }
  })
  return found
}

/** Mean absolute deviation from the median, over the median's size. */
function relativeSpread(values: readonly number[]): number {
  const middle = medianOf(values)
  let sum = 0
  for (const value of values) sum += Math.abs(value - middle)
  return middle === 0 ? Infinity : sum / values.length / Math.abs(middle)
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2
}
