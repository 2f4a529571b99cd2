import { percentiles } from './percentiles.ts'
import { sortedCopy } from './sorted-copy.ts'

export interface BalancedBinning {
  /** One more than there are bins: quantiles at even steps, so that bins hold equally many values, but for ties. */
  edges: number[]
  counts: number[]
  bins: number
}

/** Bins of equal count; a value on an inner edge belongs to the bin above it, one on the last edge to the last bin. */
export function balancedBinning(values: ArrayLike<number>, bins = 10): BalancedBinning {
  const sorted = sortedCopy(values)
  const edges = percentiles(
    sorted,
    Array.from({ length: bins + 1 }, (_, i) => i / bins),
  )
  const counts = edges.length === 0 ? [] : new Array<number>(bins).fill(0)
  let bin = 0
  for (const value of sorted) {
    while (bin < bins - 1 && value >= edges[bin + 1]) bin++
    counts[bin]++
  }
  return { edges, counts, bins }
}
