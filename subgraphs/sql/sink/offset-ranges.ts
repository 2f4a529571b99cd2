/** A set of offsets that mostly follow one another, as ranges. */
export interface OffsetRanges {
  has(offset: number): boolean
  /** The last offset of the run that begins right behind `offset`; `offset` itself if there is none. */
  endAfter(offset: number): number
  /** -1 without any. */
  readonly last: number
  /** Ranges, not offsets. */
  readonly size: number
}

/** @param offsets in any order, also repeatedly */
export function createOffsetRanges(offsets: readonly number[]): OffsetRanges {
  const sorted = Float64Array.from(offsets).sort()
  const starts: number[] = []
  const ends: number[] = []
  for (const offset of sorted) {
    const end = ends.at(-1)
    if (end !== undefined && offset <= end + 1) ends[ends.length - 1] = offset
    else {
      starts.push(offset)
      ends.push(offset)
    }
  }

  /** Index of the last range that starts at or before an offset; -1 without one. */
  function indexOf(offset: number): number {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= offset) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  const has = (offset: number) => (ends[indexOf(offset)] ?? Number.NEGATIVE_INFINITY) >= offset
  return {
    has,
    endAfter: offset => (has(offset + 1) ? (ends[indexOf(offset + 1)] as number) : offset),
    last: ends.at(-1) ?? -1,
    size: starts.length,
  }
}
