import type { LogRecord, Offsets } from '#ports/event-log.ts'
import { chunkFrom, createRowChunk, joinChunks, type RowChunk, type RowOf } from './row-chunk.ts'

/** The newest rows of a topic, by partition, without holes from `starts` up to `positions`. */
export interface RowRing {
  /** Offsets of which, and after which, every row is here. */
  readonly starts: Offsets
  /** Next offset per partition. */
  readonly positions: Offsets
  readonly sizeBytes: number
  /** Adds what is new among records of one partition, which must be complete from that partition's position on. False if nothing is. */
  take(records: readonly LogRecord[]): boolean
  /** There are no records before these offsets that were not taken. */
  advance(positions: Offsets): void
  /** Rows from these offsets on. */
  from(offsets: Offsets): RowChunk[]
  /** Puts rows of `offsets` up to `starts` before the others, if there is room. */
  prepend(chunks: readonly RowChunk[], offsets: Offsets): void
  /** Forgets rows before these offsets, by whole chunks. */
  trim(offsets: Offsets): void
}

/** Chunks below it are joined with their successor, so that records that come one by one are not a chunk each. */
const SMALL_BYTES = 16 * 1024
/** What a row costs beside its bytes: three numbers and their share of arrays. */
const ROW_BYTES = 32

/** A ring that begins empty at `positions`. Beyond `maxBytes` the rows that came first go. */
export function createRowRing({
  positions: begin,
  rowOf,
  maxBytes,
}: {
  positions: Offsets
  rowOf: RowOf
  maxBytes: number
}): RowRing {
  const starts = [...begin]
  const positions = [...begin]
  /** In the order of their arrival, hence in order within each partition. */
  let chunks: RowChunk[] = []
  let sizeBytes = 0

  const add = (chunk: RowChunk) => {
    const index = chunks.findLastIndex(({ partition }) => partition === chunk.partition)
    const last = chunks[index]
    sizeBytes += costOf(chunk)
    // What stands before is left where it is: a chunk in the middle may grow, its order within the partition stays.
    if (last && last.bytes.byteLength + chunk.bytes.byteLength < SMALL_BYTES) {
      chunks[index] = joinChunks(last, chunk)
    } else chunks.push(chunk)
  }
  const drop = (chunk: RowChunk) => {
    sizeBytes -= costOf(chunk)
    starts[chunk.partition] = chunk.to
  }

  return {
    starts,
    positions,
    get sizeBytes() {
      return sizeBytes
    },
    take(records) {
      const partition = records[0]?.partition
      if (partition === undefined) return false
      const position = positions[partition] as number
      const [first, ...rest] = records.filter(({ offset }) => offset >= position)
      if (!first) return false
      const chunk = createRowChunk([first, ...rest], { from: position, rowOf })
      positions[partition] = chunk.to
      if (chunk.offsets.length === 0) return false
      add(chunk)
      while (sizeBytes > maxBytes && chunks.length > 0) drop(chunks.shift() as RowChunk)
      return true
    },
    advance(ends) {
      ends.forEach((end, partition) => {
        starts[partition] ??= end
        positions[partition] = Math.max(end, positions[partition] ?? 0)
      })
    },
    from: offsets => chunks.flatMap(chunk => chunkFrom(chunk, offsets[chunk.partition] ?? 0) ?? []),
    prepend(older, offsets) {
      const size = older.reduce((sum, chunk) => sum + costOf(chunk), 0)
      if (sizeBytes + size > maxBytes) return
      chunks = [...older, ...chunks]
      sizeBytes += size
      offsets.forEach((offset, partition) => {
        starts[partition] = Math.min(offset, starts[partition] as number)
      })
    },
    trim(offsets) {
      chunks = chunks.filter(chunk => {
        const isKept = chunk.to > (offsets[chunk.partition] ?? 0)
        if (!isKept) drop(chunk)
        return isKept
      })
    },
  }
}

function costOf({ bytes, offsets }: RowChunk): number {
  return bytes.byteLength + offsets.length * ROW_BYTES
}
