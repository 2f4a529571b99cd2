import type { PreparedRecord } from '../core/partition-store.ts'
import {
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  FRAME_TARGET_BYTES,
  RECORD_HEADER_BYTES,
  sealFrame,
} from './batch-frame.ts'

/** A batch in the form in which it is written, still without offsets. */
export interface EncodedBatch {
  buffer: Buffer
  count: number
  maxTimestamp: number
  frames: readonly EncodedFrame[]
}

export interface EncodedFrame {
  at: number
  size: number
  /** Offset of the frame's first record from the batch's first. */
  delta: number
  /** Offset of its last record from the batch's first. */
  lastDelta: number
}

/**
 * Copies records into frames. `deltas[i]` is the distance of record i's offset from the first one's; by default the
 * offsets are consecutive.
 */
export const encodeBatch = (records: readonly PreparedRecord[], deltas?: readonly number[]): EncodedBatch => {
  const sizes: number[] = []
  const headers = records.map(record => (record.headers ? JSON.stringify(record.headers) : ''))
  const plan: { first: number; count: number; size: number }[] = []
  let current = { first: 0, count: 0, size: FRAME_HEADER_BYTES }
  let total = 0
  for (const [index, { key, value }] of records.entries()) {
    const valueBytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length
    const headerBytes = headers[index] === '' ? 0 : Buffer.byteLength(headers[index]!)
    const size = RECORD_HEADER_BYTES + (key?.length ?? 0) + headerBytes + valueBytes
    sizes.push(size)
    if (current.count > 0 && current.size + size > FRAME_TARGET_BYTES) {
      plan.push(current)
      total += current.size
      current = { first: index, count: 0, size: FRAME_HEADER_BYTES }
    }
    current.count += 1
    current.size += size
  }
  plan.push(current)
  total += current.size

  // Not from the shared pool: the ring keeps this buffer, and crc32c wants it aligned.
  const buffer = Buffer.allocUnsafeSlow(total)
  const frames: EncodedFrame[] = []
  let maxTimestamp = Number.NEGATIVE_INFINITY
  let at = 0
  for (const { first, count, size } of plan) {
    const delta = deltas?.[first] ?? first
    let position = at + FRAME_HEADER_BYTES
    let frameMax = Number.NEGATIVE_INFINITY
    for (let index = first; index < first + count; index++) {
      const { key, value, timestamp } = records[index]!
      const header = headers[index]!
      const end = position + sizes[index]!
      buffer.writeUInt32LE(sizes[index]! - 4, position)
      buffer.writeUInt32LE((deltas?.[index] ?? index) - delta, position + 4)
      buffer.writeDoubleLE(timestamp, position + 8)
      buffer.writeInt32LE(key === null ? -1 : key.length, position + 16)
      if (key !== null) buffer.set(key, position + RECORD_HEADER_BYTES)
      const headerAt = position + RECORD_HEADER_BYTES + (key?.length ?? 0)
      const headerBytes = header === '' ? 0 : buffer.write(header, headerAt)
      buffer.writeUInt32LE(headerBytes, position + 20)
      if (typeof value === 'string') buffer.write(value, headerAt + headerBytes)
      else buffer.set(value, headerAt + headerBytes)
      if (timestamp > frameMax) frameMax = timestamp
      position = end
    }
    buffer.writeUInt32LE(FRAME_MAGIC, at)
    buffer.writeUInt32LE(size - FRAME_HEADER_BYTES, at + 4)
    buffer.writeUInt32LE(count, at + 12)
    const lastDelta = deltas?.[first + count - 1] ?? first + count - 1
    buffer.writeUInt32LE(lastDelta - delta, at + 24)
    buffer.writeUInt32LE(0, at + 28)
    buffer.writeDoubleLE(frameMax, at + 32)
    frames.push({ at, size, delta, lastDelta })
    if (frameMax > maxTimestamp) maxTimestamp = frameMax
    at += size
  }
  return { buffer, count: records.length, maxTimestamp, frames }
}

/** Gives an encoded batch its offsets and checksums. */
export const sealBatch = ({ buffer, frames }: EncodedBatch, firstOffset: number): void => {
  for (const { at, size, delta } of frames) sealFrame(buffer, at, size, firstOffset + delta)
}
