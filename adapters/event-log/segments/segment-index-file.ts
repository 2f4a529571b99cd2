import { readFile, rm, writeFile } from 'node:fs/promises'
import { crc32c } from './crc32c.ts'
import type { Segment } from './segment.ts'

/**
 * What is known about a segment, beside it as `<name>.index`: float64 little-endian
 * [magic, CRC-32C of the rest, bytes, end, minTimestamp, maxTimestamp, n, n offsets, n positions].
 * It only saves scanning: without it, or with a bad one, the segment is read anew. So it is not fsynced.
 */
const MAGIC = 0x434c4758
const HEADER_VALUES = 7

const indexPath = ({ path }: Segment): string => path.replace(/\.log$/, '.index')

export const saveSegmentIndex = async (segment: Segment): Promise<void> => {
  const { bytes, end, minTimestamp, maxTimestamp, index } = segment
  const values = [
    MAGIC,
    0,
    bytes,
    end,
    minTimestamp,
    maxTimestamp,
    index.offsets.length,
    ...index.offsets,
    ...index.positions,
  ]
  const buffer = Buffer.alloc(values.length * 8)
  for (const [i, value] of values.entries()) buffer.writeDoubleLE(value, i * 8)
  buffer.writeDoubleLE(crc32c(buffer, 16), 8)
  await writeFile(indexPath(segment), buffer)
}

/** Fills `segment` from its index, up to the bytes that covers; false if there is no usable one for a file of `fileBytes`. */
export const loadSegmentIndex = async (segment: Segment, fileBytes: number): Promise<boolean> => {
  const buffer = await readFile(indexPath(segment)).catch(() => null)
  if (!buffer || buffer.length < HEADER_VALUES * 8 || buffer.length % 8 !== 0) return false
  const value = (i: number) => buffer.readDoubleLE(i * 8)
  const count = value(6)
  if (
    value(0) !== MAGIC ||
    value(1) !== crc32c(buffer, 16) ||
    buffer.length !== (HEADER_VALUES + 2 * count) * 8
  )
    return false
  if (value(2) > fileBytes) return false
  segment.bytes = value(2)
  segment.end = value(3)
  segment.minTimestamp = value(4)
  segment.maxTimestamp = value(5)
  for (let i = 0; i < count; i++) {
    segment.index.offsets.push(value(HEADER_VALUES + i))
    segment.index.positions.push(value(HEADER_VALUES + count + i))
  }
  return true
}

/** Removes a segment's file and its index. */
export const removeSegment = async (segment: Segment): Promise<void> => {
  await rm(segment.path, { force: true })
  await rm(indexPath(segment), { force: true })
}
