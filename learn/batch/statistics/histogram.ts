import { codedError } from '../../coded-error.ts'

export interface Histogram {
  /** One more than there are bins, ascending. */
  edges: number[]
  counts: number[]
  /** Values that were missing, infinite or outside of the given range. */
  left: number
}

/**
 * Counts in bins of equal width: a value on an inner edge belongs to the bin above it, one on the last edge to the last bin. Bins
 * span the values, or `range`; where all values are equal, half a unit on both sides. No finite value gives no bin.
 * @throws `INVALID_PARAMETER` for fewer than one bin or more than 10,000.
 */
export function histogram(
  values: ArrayLike<number>,
  { bins = 30, range }: { bins?: number; range?: readonly [number, number] } = {},
): Histogram {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 10_000)) {
    throw codedError('INVALID_PARAMETER', `bins: ${bins} given, a whole number from 1 to 10000 wanted.`)
  }
  const [low, high] = range ?? spanOf(values)
  if (!(low <= high)) return { edges: [], counts: [], left: values.length }
  const edges = edgesOf(low, high, bins)
  const first = edges[0]
  const last = edges[bins]
  const scale = bins / (last - first)
  const counts = new Array<number>(bins).fill(0)
  let left = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (!(value >= first && value <= last)) {
      left++
      continue
    }
    let bin = Math.min(bins - 1, Math.floor((value - first) * scale))
    // The product may round across an edge; the edges decide.
    if (value < edges[bin]) bin--
    else if (bin < bins - 1 && value >= edges[bin + 1]) bin++
    counts[bin]++
  }
  return { edges, counts, left }
}

function spanOf(values: ArrayLike<number>): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

function edgesOf(low: number, high: number, bins: number): number[] {
  const [from, to] = low === high ? [low - 0.5, high + 0.5] : [low, high]
  const step = (to - from) / bins
  return Array.from({ length: bins + 1 }, (_, index) => (index === bins ? to : from + index * step))
}
