import { join } from 'node:path'

/** One file of a partition: the frames of the offsets from `base` on. */
export interface Segment {
  readonly base: number
  /** For a compacted segment the offset after the last one it stands for; the name says it. */
  readonly compactedTo: number | null
  readonly path: string
  /** Bytes of durable frames. */
  bytes: number
  /** The offset after the last record. */
  end: number
  /** Smallest and largest of the frames' newest timestamps. */
  minTimestamp: number
  maxTimestamp: number
  /** Sparse index in file order: the first offset and the position of a frame every so often. */
  readonly index: { offsets: number[]; positions: number[] }
}

/** One index entry per this many bytes: 512 entries for a full segment, and at most one chunk read in vain. */
const INDEX_INTERVAL_BYTES = 32 * 1024

export const createSegment = (
  directory: string,
  base: number,
  compactedTo: number | null = null,
): Segment => ({
  base,
  compactedTo,
  path: join(directory, segmentName(base, compactedTo)),
  bytes: 0,
  end: compactedTo ?? base,
  minTimestamp: Number.POSITIVE_INFINITY,
  maxTimestamp: Number.NEGATIVE_INFINITY,
  index: { offsets: [], positions: [] },
})

/** `<base>.log`, or `<base>-<end>.log` once compacted. */
const segmentName = (base: number, compactedTo: number | null): string =>
  `${[base, ...(compactedTo === null ? [] : [compactedTo])].map(offset => String(offset).padStart(16, '0')).join('-')}.log`

/** The inverse of `segmentName`; null for any other file. */
export const parseSegmentName = (name: string): { base: number; compactedTo: number | null } | null => {
  const match = /^(\d{16})(?:-(\d{16}))?\.log$/.exec(name)
  return match && { base: Number(match[1]), compactedTo: match[2] === undefined ? null : Number(match[2]) }
}

export interface AddedFrame {
  position: number
  size: number
  firstOffset: number
  lastOffset: number
  maxTimestamp: number
}

/** Takes a durable frame at the segment's end into account. */
export const addFrame = (
  segment: Segment,
  { position, size, firstOffset, lastOffset, maxTimestamp }: AddedFrame,
): void => {
  const { offsets, positions } = segment.index
  if (positions.length === 0 || position - positions.at(-1)! >= INDEX_INTERVAL_BYTES) {
    offsets.push(firstOffset)
    positions.push(position)
  }
  segment.bytes = position + size
  segment.end = Math.max(segment.end, lastOffset + 1)
  segment.minTimestamp = Math.min(segment.minTimestamp, maxTimestamp)
  segment.maxTimestamp = Math.max(segment.maxTimestamp, maxTimestamp)
}

/** A position at or before the frame that holds `offset`. */
export const positionOf = ({ index: { offsets, positions } }: Segment, offset: number): number => {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsets[middle]! <= offset) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : positions[low - 1]!
}
