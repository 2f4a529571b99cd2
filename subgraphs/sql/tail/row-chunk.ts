import type { LogRecord } from '#ports/event-log.ts'

/** Rows of consecutive records of one partition, as newline-delimited JSON in one buffer. */
export interface RowChunk {
  readonly partition: number
  /** Offsets that the chunk stands for: `from` inclusive, `to` exclusive. There may be fewer rows. */
  readonly from: number
  readonly to: number
  readonly bytes: Uint8Array
  /** Per row: its record's offset and timestamp, and where it begins in `bytes`. */
  readonly offsets: readonly number[]
  readonly timestamps: readonly number[]
  readonly starts: readonly number[]
}

export type RowOf = (record: LogRecord) => Uint8Array | null

/** Rows of records of one partition in order; nothing of the records is kept. */
export function createRowChunk(
  records: readonly [LogRecord, ...LogRecord[]],
  { from, rowOf }: { from: number; rowOf: RowOf },
): RowChunk {
  const rows: Uint8Array[] = []
  const offsets: number[] = []
  const timestamps: number[] = []
  const starts: number[] = []
  let size = 0
  for (const record of records) {
    const row = rowOf(record)
    if (!row) continue
    rows.push(row)
    offsets.push(record.offset)
    timestamps.push(record.timestamp)
    starts.push(size)
    size += row.byteLength
  }
  const last = records.at(-1) as LogRecord
  return {
    partition: records[0].partition,
    from,
    to: last.offset + 1,
    bytes: concat(rows, size),
    offsets,
    timestamps,
    starts,
  }
}

/** Two neighbours as one. */
export function joinChunks(first: RowChunk, second: RowChunk): RowChunk {
  const size = first.bytes.byteLength
  return {
    partition: first.partition,
    from: first.from,
    to: second.to,
    bytes: concat([first.bytes, second.bytes], size + second.bytes.byteLength),
    offsets: [...first.offsets, ...second.offsets],
    timestamps: [...first.timestamps, ...second.timestamps],
    starts: [...first.starts, ...second.starts.map(start => size + start)],
  }
}

/** What of a chunk stands at or behind an offset; null if nothing does. No bytes are copied. */
export function chunkFrom(chunk: RowChunk, offset: number): RowChunk | null {
  if (chunk.to <= offset) return null
  if (chunk.from >= offset) return chunk
  let low = 0
  let high = chunk.offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chunk.offsets[middle] as number) < offset) low = middle + 1
    else high = middle
  }
  const begin = chunk.starts[low] ?? chunk.bytes.byteLength
  return {
    ...chunk,
    from: offset,
    bytes: chunk.bytes.subarray(begin),
    offsets: chunk.offsets.slice(low),
    timestamps: chunk.timestamps.slice(low),
    starts: chunk.starts.slice(low).map(start => start - begin),
  }
}

/** A chunk without the rows of some offsets. */
export function withoutRows(chunk: RowChunk, isGone: (offset: number) => boolean): RowChunk {
  if (!chunk.offsets.some(isGone)) return chunk
  const parts: Uint8Array[] = []
  const offsets: number[] = []
  const timestamps: number[] = []
  const starts: number[] = []
  let size = 0
  for (const [row, offset] of chunk.offsets.entries()) {
    if (isGone(offset)) continue
    const part = chunk.bytes.subarray(chunk.starts[row], chunk.starts[row + 1] ?? chunk.bytes.byteLength)
    parts.push(part)
    offsets.push(offset)
    timestamps.push(chunk.timestamps[row] as number)
    starts.push(size)
    size += part.byteLength
  }
  return { ...chunk, bytes: concat(parts, size), offsets, timestamps, starts }
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}
