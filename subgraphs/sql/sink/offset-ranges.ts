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

/** Offsets on their way into a set: whatever their number, it holds no more than their ranges and a part of them. */
export interface OffsetCollector {
  add(offset: number): void
  ranges(): OffsetRanges
}

const PART = 65_536

export function collectOffsets(): OffsetCollector {
  let starts: number[] = []
  let ends: number[] = []
  let part: number[] = []

  function merge(): void {
    const added = Float64Array.from(part).sort()
    const [oldStarts, oldEnds] = [starts, ends]
    part = []
    starts = []
    ends = []
    let [old, fresh] = [0, 0]
    while (old < oldStarts.length || fresh < added.length) {
      const takeOld = fresh >= added.length || (oldStarts[old] as number) <= (added[fresh] as number)
      const start = takeOld ? (oldStarts[old] as number) : (added[fresh] as number)
      const last = takeOld ? (oldEnds[old++] as number) : (added[fresh++] as number)
      const end = ends.at(-1)
      if (end !== undefined && start <= end + 1) ends[ends.length - 1] = Math.max(end, last)
      else {
        starts.push(start)
        ends.push(last)
      }
    }
  }

  return {
    add(offset) {
      part.push(offset)
      if (part.length >= PART) merge()
    },
    ranges() {
      merge()
      return rangesOf(starts, ends)
    },
  }
}

/** @param offsets in any order, also repeatedly */
export function createOffsetRanges(offsets: readonly number[]): OffsetRanges {
  const collector = collectOffsets()
  for (const offset of offsets) collector.add(offset)
  return collector.ranges()
}

function rangesOf(starts: readonly number[], ends: readonly number[]): OffsetRanges {
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
