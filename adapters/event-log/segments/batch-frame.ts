import { crc32c } from './crc32c.ts'

/**
 * A segment is a sequence of frames, one per appended batch, little-endian:
 *
 *   0  u32  magic "CLG1"
 *   4  u32  bytes after this header
 *   8  u32  CRC-32C of everything behind this field
 *  12  u32  records
 *  16  u64  offset of the first record
 *  24  u32  offset of the last record, from the first
 *  28  u32  zero
 *  32  f64  largest timestamp, Unix milliseconds
 *  40       records: u32 bytes after this field, u32 offset from the first, f64 timestamp,
 *           i32 key bytes (-1: no key), u32 header bytes, key, headers as JSON, value
 *
 * A frame is whole or not there: a batch is never torn. Offsets are stored, so holes are legal.
 */
export interface FrameHeader {
  /** Bytes of the frame, header included. */
  size: number
  count: number
  firstOffset: number
  lastOffset: number
  maxTimestamp: number
}

export const FRAME_HEADER_BYTES = 40
export const RECORD_HEADER_BYTES = 24
export const FRAME_MAGIC = 0x31474c43
/** The magic as it stands in a file, to find the next frame after damage. */
export const FRAME_MAGIC_BYTES: Buffer = Buffer.from('CLG1')
/** A batch is cut into frames of about this size: small enough to read one for one record, large enough to amortise. */
export const FRAME_TARGET_BYTES = 256 * 1024
/** No frame is larger: a target's worth of records plus one of the largest records and its headers. */
const MAX_FRAME_BYTES = 20 * 1024 ** 2

/** The frame whose header stands at `at`, without looking at its body; null if that can't be one. */
export const readFrameHeader = (buffer: Buffer, at: number): FrameHeader | null => {
  if (buffer.readUInt32LE(at) !== FRAME_MAGIC) return null
  const size = FRAME_HEADER_BYTES + buffer.readUInt32LE(at + 4)
  const count = buffer.readUInt32LE(at + 12)
  if (size > MAX_FRAME_BYTES || count === 0) return null
  const firstOffset = buffer.readUInt32LE(at + 16) + buffer.readUInt32LE(at + 20) * 2 ** 32
  const lastOffset = firstOffset + buffer.readUInt32LE(at + 24)
  return { size, count, firstOffset, lastOffset, maxTimestamp: buffer.readDoubleLE(at + 32) }
}

/** Gives a frame its first offset and its checksum, just before it is written. */
export const sealFrame = (buffer: Buffer, at: number, size: number, firstOffset: number): void => {
  buffer.writeUInt32LE(firstOffset % 2 ** 32, at + 16)
  buffer.writeUInt32LE(Math.floor(firstOffset / 2 ** 32), at + 20)
  buffer.writeUInt32LE(crc32c(buffer, at + 12, at + size), at + 8)
}

/** Whether a complete frame at `at` has the checksum that it claims. */
export const isFrameIntact = (buffer: Buffer, at: number, { size }: FrameHeader): boolean =>
  buffer.readUInt32LE(at + 8) === crc32c(buffer, at + 12, at + size)
