import type { LogRecord } from '#ports/event-log.ts'
import { readFrameHeader } from './batch-frame.ts'
import { type DecodeRange, decodeFrame } from './decode-frame.ts'
import type { EncodedBatch } from './encode-batch.ts'

/** The newest batches of a topic as they were written, so that whoever keeps up never reads the disk. */
export interface RecentRing {
  add(partition: number, batch: EncodedBatch, firstOffset: number): void
  /** The first offset from which on the ring holds everything of the partition, or infinity. */
  start(partition: number): number
  /** Lets go of a partition's batches that start before `offset`: they were compacted. */
  forget(partition: number, offset: number): void
  /** Records from `range.from`, which must not lie before `start`. */
  read(range: DecodeRange): LogRecord[]
}

interface Entry {
  partition: number
  first: number
  batch: EncodedBatch
}

export const createRecentRing = (partitions: number, maxBytes: number): RecentRing => {
  let all: Entry[] = []
  const byPartition = Array.from({ length: partitions }, (): Entry[] => [])
  let bytes = 0

  /** Index of the last entry that starts at or before `offset`. */
  const indexOf = (entries: readonly Entry[], offset: number): number => {
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (entries[middle]!.first <= offset) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  return {
    add(partition, batch, first) {
      const entry = { partition, first, batch }
      all.push(entry)
      byPartition[partition]!.push(entry)
      bytes += batch.buffer.length
      // The oldest of all partitions goes first, and it is also the oldest of its own.
      while (bytes > maxBytes) {
        const oldest = all.shift()!
        byPartition[oldest.partition]!.shift()
        bytes -= oldest.batch.buffer.length
      }
    },

    start: partition => byPartition[partition]![0]?.first ?? Number.POSITIVE_INFINITY,

    forget(partition, offset) {
      const isGone = (entry: Entry) => entry.partition === partition && entry.first < offset
      bytes -= all.reduce((sum, entry) => (isGone(entry) ? sum + entry.batch.buffer.length : sum), 0)
      all = all.filter(entry => !isGone(entry))
      byPartition[partition] = byPartition[partition]!.filter(entry => !isGone(entry))
    },

    read(range) {
      const entries = byPartition[range.partition]!
      const out: LogRecord[] = []
      for (let i = indexOf(entries, range.from); i < entries.length && out.length < range.maxRecords; i++) {
        const { first, batch } = entries[i]!
        if (first >= range.to) break
        decodeBatch(out, batch, range)
      }
      return out
    },
  }
}

/** Adds the wanted records of a sealed batch to `out`, and returns it. */
export const decodeBatch = (
  out: LogRecord[],
  { buffer, frames }: EncodedBatch,
  range: DecodeRange,
): LogRecord[] => {
  for (const { at } of frames) {
    const header = readFrameHeader(buffer, at)!
    if (header.lastOffset >= range.from && header.firstOffset < range.to)
      decodeFrame(out, buffer, at, header, range)
  }
  return out
}
