import { PortError } from '#ports/port-error.ts'

/** The header of snappy-java's stream (`SnappyOutputStream`), which Kafka's Java client writes; others write one bare block. */
const STREAM_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** Magic, version, lowest compatible version. */
const STREAM_HEADER_BYTES = 16

/**
 * Snappy, as a stream of length-prefixed blocks or as one block (format description of google/snappy). Throws `LOG_CORRUPT`.
 */
export const decodeSnappy = (input: Buffer): Buffer => {
  if (!input.subarray(0, STREAM_MAGIC.length).equals(STREAM_MAGIC)) return decodeBlock(input)
  const blocks: Buffer[] = []
  for (let at = STREAM_HEADER_BYTES; at < input.length; ) {
    const length = input.readUInt32BE(at)
    at += 4
    if (at + length > input.length) throw corrupt()
    blocks.push(decodeBlock(input.subarray(at, at + length)))
    at += length
  }
  return Buffer.concat(blocks)
}

const decodeBlock = (input: Buffer): Buffer => {
  let at = 0
  const byte = (): number => {
    const value = input[at++]
    if (value === undefined) throw corrupt()
    return value
  }
  let size = 0
  for (let shift = 0; ; shift += 7) {
    const part = byte()
    size += (part & 0x7f) * 2 ** shift
    if (part < 0x80) break
    if (shift > 28) throw corrupt()
  }
  // A literal of n bytes takes n bytes and a copy makes at most 64 of two, so a size beyond that is made up.
  if (size > input.length * 64) throw corrupt()

  const output = Buffer.allocUnsafe(size)
  let end = 0
  while (at < input.length) {
    const tag = byte()
    const kind = tag & 3
    if (kind === 0) {
      let length = tag >>> 2
      if (length >= 60) {
        const bytes = length - 59
        length = 0
        for (let i = 0; i < bytes; i++) length += byte() * 2 ** (8 * i)
      }
      length += 1
      if (at + length > input.length || end + length > size) throw corrupt()
      input.copy(output, end, at, at + length)
      at += length
      end += length
      continue
    }
    let length: number
    let distance: number
    if (kind === 1) {
      length = ((tag >>> 2) & 7) + 4
      distance = ((tag >>> 5) << 8) | byte()
    } else {
      length = (tag >>> 2) + 1
      distance = byte() + byte() * 2 ** 8
      if (kind === 3) distance += byte() * 2 ** 16 + byte() * 2 ** 24
    }
    if (distance === 0 || distance > end || end + length > size) throw corrupt()
    // Byte by byte, since a copy may overlap what it writes.
    for (let i = 0; i < length; i++, end++) output[end] = output[end - distance]!
  }
  if (end !== size) throw corrupt()
  return output
}

const corrupt = (): PortError => new PortError('LOG_CORRUPT', 'A batch of records is no valid snappy.')
