import type { LogRecord } from '#ports/event-log.ts'
import { FRAME_HEADER_BYTES, type FrameHeader, RECORD_HEADER_BYTES } from './batch-frame.ts'

export interface DecodeRange {
  topic: string
  partition: number
  /** First offset wanted. */
  from: number
  /** Offset to stop at, exclusive. */
  to: number
  maxRecords: number
}

/**
 * Adds the wanted records of an intact frame to `out` until that holds `maxRecords`. Keys and values are views of
 * `buffer`, not copies: who keeps a record for long should copy it.
 */
export const decodeFrame = (
  out: LogRecord[],
  buffer: Buffer,
  at: number,
  frame: FrameHeader,
  range: DecodeRange,
): void => {
  const { topic, partition, from, to, maxRecords } = range
  const { firstOffset } = frame
  const { buffer: memory, byteOffset } = buffer
  const view = new DataView(memory, byteOffset + at, frame.size)
  let position = FRAME_HEADER_BYTES
  while (position < frame.size && out.length < maxRecords) {
    const start = position
    position += 4 + view.getUint32(start, true)
    const offset = firstOffset + view.getUint32(start + 4, true)
    if (offset < from) continue
    if (offset >= to) return
    const keyBytes = view.getInt32(start + 16, true)
    const headerBytes = view.getUint32(start + 20, true)
    const keyAt = byteOffset + at + start + RECORD_HEADER_BYTES
    const headersAt = keyAt + Math.max(0, keyBytes)
    const valueAt = headersAt + headerBytes
    out.push({
      topic,
      partition,
      offset,
      timestamp: view.getFloat64(start + 8, true),
      key: keyBytes < 0 ? null : new Uint8Array(memory, keyAt, keyBytes),
      value: new Uint8Array(memory, valueAt, byteOffset + at + position - valueAt),
      headers: headerBytes === 0 ? NO_HEADERS : parseHeaders(memory, headersAt, headerBytes),
    })
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

const parseHeaders = (
  memory: ArrayBufferLike,
  at: number,
  length: number,
): Readonly<Record<string, string>> => JSON.parse(Buffer.from(memory, at, length).toString())
