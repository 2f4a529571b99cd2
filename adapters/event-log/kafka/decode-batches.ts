import type { LogRecord } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import { crc32c } from '../segments/crc32c.ts'
import { decompress } from './codecs.ts'
import { ATTRIBUTE, FIELD, LENGTH_OVERHEAD, MAGIC } from './record-batch.ts'

/** A transaction that was aborted, in the range of an answer. */
export interface AbortedTransaction {
  producerId: bigint
  firstOffset: bigint
}

export interface DecodedBatches {
  /** What a read_committed reader may see from `from` on. */
  records: LogRecord[]
  /** Behind the last whole batch, whatever became of its records; `from` if there is none. */
  next: number
}

export interface BatchSource {
  topic: string
  partition: number
  /** Offset that was asked for; a batch may begin before it. */
  from: number
  aborted: readonly AbortedTransaction[]
}

/** A control record's key: version, then type. */
const ABORT_MARKER = 0
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Decodes the record batches of a fetch and leaves out what transactions took back: an aborted transaction's batches from
 * its first offset to its marker, and the markers (KIP-98). The last batch may be cut off. Throws `LOG_CORRUPT`.
 */
export const decodeBatches = (data: Buffer, source: BatchSource): DecodedBatches => {
  const { topic, partition, from } = source
  const waiting = source.aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborting = new Set<bigint>()
  const records: LogRecord[] = []
  let next = from
  for (let at = 0; at + FIELD.records <= data.length; ) {
    const end = at + LENGTH_OVERHEAD + data.readInt32BE(at + FIELD.length)
    if (end > data.length) break
    const batch = data.subarray(at, end)
    at = end
    const first = Number(batch.readBigInt64BE(FIELD.baseOffset))
    check(batch, `${topic} ${partition} at offset ${first}`)
    const last = first + batch.readInt32BE(FIELD.lastOffsetDelta)
    if (last < from) continue
    next = last + 1
    const attributes = batch.readInt16BE(FIELD.attributes)
    if (attributes & ATTRIBUTE.transactional) {
      const producerId = batch.readBigInt64BE(FIELD.producerId)
      while (waiting[0] && waiting[0].firstOffset <= last) aborting.add(waiting.shift()!.producerId)
      if (attributes & ATTRIBUTE.control) {
        if (markerOf(batch) === ABORT_MARKER) aborting.delete(producerId)
        continue
      }
      if (aborting.has(producerId)) continue
    }
    if (attributes & ATTRIBUTE.control) continue
    decodeRecords(batch, attributes, source, first, records)
  }
  return { records, next }
}

const check = (batch: Buffer, where: string): void => {
  if (batch[FIELD.magic] !== MAGIC) {
    throw new PortError(
      'LOG_CORRUPT',
      `A batch of ${where} has message format ${batch[FIELD.magic]}, wanted ${MAGIC}: it was written by a Kafka before 0.11.`,
    )
  }
  if (crc32c(batch, FIELD.attributes) !== batch.readUInt32BE(FIELD.crc))
    throw new PortError('LOG_CORRUPT', `A batch of ${where} does not match its checksum.`)
}

/** Of a control batch's only record: the key's second number. */
const markerOf = (batch: Buffer): number => {
  const reader = createReader(batch.subarray(FIELD.records))
  reader.varint()
  reader.skip(1)
  reader.varlong()
  reader.varint()
  const key = reader.bytes()
  return key && key.length >= 4 ? key.readInt16BE(2) : -1
}

const decodeRecords = (
  batch: Buffer,
  attributes: number,
  { topic, partition, from }: BatchSource,
  first: number,
  into: LogRecord[],
): void => {
  const count = batch.readInt32BE(FIELD.recordCount)
  if (count === 0) return
  const payload = decompress(attributes & ATTRIBUTE.codec, batch.subarray(FIELD.records))
  const baseTimestamp = Number(batch.readBigInt64BE(FIELD.baseTimestamp))
  const appendTime =
    attributes & ATTRIBUTE.logAppendTime ? Number(batch.readBigInt64BE(FIELD.maxTimestamp)) : null
  const reader = createReader(payload)
  for (let i = 0; i < count; i++) {
    const end = reader.varint() + reader.at
    reader.skip(1)
    const timestamp = appendTime ?? baseTimestamp + reader.varlong()
    if (appendTime !== null) reader.varlong()
    const offset = first + reader.varint()
    if (offset < from) {
      reader.at = end
      continue
    }
    const key = reader.bytes()
    // Null deletes a key for Java's clients, as an empty value does here.
    const value = reader.bytes() ?? Buffer.alloc(0)
    const headerCount = reader.varint()
    let headers = NO_HEADERS
    if (headerCount > 0) {
      const entries: [string, string][] = []
      for (let header = 0; header < headerCount; header++) entries.push([reader.text(), reader.text()])
      // Not by assignment, since any name may come, `__proto__` included.
      headers = Object.fromEntries(entries)
    }
    reader.at = end
    into.push({ topic, partition, offset, timestamp, key, value, headers })
  }
}

/** Reads the variable-length encodings of a record. */
const createReader = (data: Buffer) => {
  const reader = {
    at: 0,
    skip(bytes: number) {
      reader.at += bytes
    },
    varint(): number {
      let at = reader.at
      let byte = data[at++]!
      let value = byte & 0x7f
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = data[at++]!
        value |= (byte & 0x7f) << shift
      }
      reader.at = at
      return (value >>> 1) ^ -(value & 1)
    },
    varlong(): number {
      let factor = 1
      let value = 0
      let byte: number
      do {
        byte = data[reader.at++]!
        value += (byte & 0x7f) * factor
        factor *= 128
      } while (byte > 0x7f)
      // Exact below 2^53, which times in milliseconds are.
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    },
    bytes(): Buffer | null {
      const length = reader.varint()
      if (length < 0) return null
      const start = reader.at
      reader.at += length
      return data.subarray(start, reader.at)
    },
    text(): string {
      const bytes = reader.bytes()
      return bytes ? bytes.toString('utf8') : ''
    },
  }
  return reader
}
