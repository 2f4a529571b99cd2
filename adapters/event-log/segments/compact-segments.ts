import { type FileHandle, open, rename } from 'node:fs/promises'
import type { LogRecord } from '#ports/event-log.ts'
import { syncDirectory } from './atomic-file.ts'
import { decodeFrame } from './decode-frame.ts'
import { encodeBatch, sealBatch } from './encode-batch.ts'
import { createFrameReader } from './frame-reader.ts'
import type { ReadHandles } from './read-handles.ts'
import { addFrame, createSegment, type Segment } from './segment.ts'
import { saveSegmentIndex } from './segment-index-file.ts'

/** Kafka's `delete.retention.ms`: how long a deletion stays readable for those who saw the value. */
const TOMBSTONE_MS = 24 * 3600 * 1000

export interface CompactOptions {
  topic: string
  partition: number
  directory: string
  /** Neighbours, oldest first. */
  sealed: readonly Segment[]
  handles: ReadHandles
  now: number
}

/**
 * Writes the newest record of each key into one segment that takes the place of `sealed`. Offsets stay as they are.
 * The rename is the moment of truth: the new name covers the old offsets, and recovery drops files that are covered.
 */
export const compactSegments = async (options: CompactOptions): Promise<Segment> => {
  const { directory, sealed, now } = options
  const newest = new Map<string, number>()
  for await (const records of readAll(options)) {
    for (const { key, offset } of records) newest.set(keyText(key), offset)
  }

  const compacted = createSegment(directory, sealed[0]!.base, sealed.at(-1)!.end)
  const temporary = `${compacted.path}.tmp`
  const file = await open(temporary, 'w')
  try {
    for await (const records of readAll(options)) {
      const kept = records.filter(
        ({ key, offset, value, timestamp }) =>
          newest.get(keyText(key)) === offset && (value.length > 0 || timestamp > now - TOMBSTONE_MS),
      )
      if (kept.length > 0) await writeRecords(file, compacted, kept)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, compacted.path)
  await syncDirectory(directory)
  await saveSegmentIndex(compacted)
  return compacted
}

async function* readAll({ topic, partition, sealed, handles }: CompactOptions): AsyncGenerator<LogRecord[]> {
  for (const { path, bytes } of sealed) {
    const reader = createFrameReader(
      (buffer, at, length) => handles.read(path, buffer, at, length),
      0,
      () => bytes,
    )
    for (let found = reader.peek(); found !== null; found = reader.peek()) {
      if (found === undefined) {
        await reader.fill()
        continue
      }
      if (!('damaged' in found)) {
        const records: LogRecord[] = []
        const range = {
          topic,
          partition,
          from: 0,
          to: Number.POSITIVE_INFINITY,
          maxRecords: Number.POSITIVE_INFINITY,
        }
        decodeFrame(records, found.buffer, found.at, found.header, range)
        yield records
      }
      reader.advance()
    }
  }
}

const writeRecords = async (
  file: FileHandle,
  segment: Segment,
  records: readonly LogRecord[],
): Promise<void> => {
  const base = records[0]!.offset
  const batch = encodeBatch(
    records.map(({ headers, ...record }) => ({
      ...record,
      headers: Object.keys(headers).length > 0 ? headers : undefined,
    })),
    records.map(({ offset }) => offset - base),
  )
  sealBatch(batch, base)
  const start = segment.bytes
  await file.writeFile(batch.buffer)
  for (const { at, size, delta, lastDelta } of batch.frames) {
    const [firstOffset, lastOffset] = [base + delta, base + lastDelta]
    addFrame(segment, {
      position: start + at,
      size,
      firstOffset,
      lastOffset,
      maxTimestamp: batch.maxTimestamp,
    })
  }
}

const keyText = (key: Uint8Array | null): string =>
  key === null ? '' : Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
