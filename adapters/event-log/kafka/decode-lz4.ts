import { PortError } from '#ports/port-error.ts'

const MAGIC = 0x184d2204
const UNCOMPRESSED = 0x80000000
/** Bits of the frame descriptor's first byte. */
const HAS_BLOCK_CHECKSUM = 0x10
const HAS_CONTENT_SIZE = 0x08
const HAS_DICTIONARY = 0x01
/** Of any block, by the format. */
const MOST_BLOCK_BYTES = 4 * 1024 ** 2

/** An LZ4 frame (lz4_Frame_format.md and lz4_Block_format.md); its checksums are left to the batch's own. Throws `LOG_CORRUPT`. */
export const decodeLz4Frame = (input: Buffer): Buffer => {
  if (input.length < 7 || input.readUInt32LE(0) !== MAGIC) throw corrupt()
  const flags = input[4]!
  if (flags & HAS_DICTIONARY) throw corrupt()
  let at = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0)
  let output = Buffer.allocUnsafe(Math.max(1024, input.length * 4))
  let end = 0
  while (at + 4 <= input.length) {
    const header = input.readUInt32LE(at)
    at += 4
    if (header === 0) return output.subarray(0, end)
    const stored = header >= UNCOMPRESSED
    const length = stored ? header - UNCOMPRESSED : header
    if (length > MOST_BLOCK_BYTES || at + length > input.length) throw corrupt()
    if (output.length < end + MOST_BLOCK_BYTES) {
      const larger = Buffer.allocUnsafe((end + MOST_BLOCK_BYTES) * 2)
      output.copy(larger, 0, 0, end)
      output = larger
    }
    if (stored) {
      input.copy(output, end, at, at + length)
      end += length
    } else {
      end = decodeBlock(input.subarray(at, at + length), output, end)
    }
    at += length + (flags & HAS_BLOCK_CHECKSUM ? 4 : 0)
  }
  throw corrupt()
}

/** Decodes behind `end` of `output`, which earlier blocks may be copied from; returns the new end. */
const decodeBlock = (input: Buffer, output: Buffer, start: number): number => {
  const limit = Math.min(output.length, start + MOST_BLOCK_BYTES)
  let end = start
  let at = 0
  const extended = (base: number): number => {
    let length = base
    if (base !== 15) return length
    for (;;) {
      const more = input[at++]
      if (more === undefined) throw corrupt()
      length += more
      if (more !== 255) return length
    }
  }
  while (at < input.length) {
    const token = input[at++]!
    const literals = extended(token >>> 4)
    if (at + literals > input.length || end + literals > limit) throw corrupt()
    input.copy(output, end, at, at + literals)
    at += literals
    end += literals
    if (at === input.length) return end
    if (at + 2 > input.length) throw corrupt()
    const distance = input.readUInt16LE(at)
    at += 2
    const length = extended(token & 15) + 4
    if (distance === 0 || distance > end || end + length > limit) throw corrupt()
    for (let i = 0; i < length; i++, end++) output[end] = output[end - distance]!
  }
  throw corrupt()
}

const corrupt = (): PortError => new PortError('LOG_CORRUPT', 'A batch of records is no valid LZ4 frame.')
