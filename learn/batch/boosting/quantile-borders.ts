/**
 * At most `bins - 1` ascending borders that part the values into intervals of about equal count; a value x is in interval
 * k if borders[k - 1] < x <= borders[k]. Borders lie midway between neighbouring values, so that all of them separate
 * something; values that fill an interval of their own get one. `sorted` ascends and holds no NaN.
 */
export function quantileBorders(sorted: Float64Array, bins: number): Float64Array {
  const values: number[] = []
  const counts: number[] = []
  for (let i = 0; i < sorted.length; ) {
    let end = i + 1
    while (end < sorted.length && sorted[end] === sorted[i]) end++
    values.push(sorted[i])
    counts.push(end - i)
    i = end
  }
  if (values.length <= bins) return Float64Array.from(values.slice(1), (high, i) => between(values[i], high))

  const mean = sorted.length / bins
  const isBig = counts.map(count => count >= mean)
  // What is left for the others once the big ones have an interval each.
  let restBins = bins - isBig.filter(Boolean).length
  let restRows = counts.reduce((sum, count, i) => sum + (isBig[i] ? 0 : count), 0)
  const borders: number[] = []
  let filled = 0
  for (let i = 0; i < values.length - 1 && borders.length < bins - 1; i++) {
    if (!isBig[i]) restRows -= counts[i]
    filled += counts[i]
    const target = restBins > 0 ? (restRows + (isBig[i] ? 0 : filled)) / restBins : Infinity
    if (!isBig[i] && !isBig[i + 1] && filled < target) continue
    borders.push(between(values[i], values[i + 1]))
    if (!isBig[i]) restBins--
    filled = 0
  }
  return Float64Array.from(borders)
}

/** A number b with low <= b < high. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2
  return middle >= low && middle < high ? middle : low
}
