import { crc32c } from '../segments/crc32c.ts'
import type { PreparedRecord } from '../core/partition-store.ts'
import { compress, ZSTD } from './codecs.ts'
import { ATTRIBUTE, FIELD, LENGTH_OVERHEAD, MAGIC } from './record-batch.ts'

/** Who a batch is from, so that the broker can tell a repetition from a new one. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly epoch: number
}

/** A record on its way; a null value deletes its key from a compacted topic. */
export type OutgoingRecord = Omit<PreparedRecord, 'value'> & { value: PreparedRecord['value'] | null }

/** A batch of one partition that is being filled. What `add` is given is copied. */
export interface BatchBuilder {
  readonly count: number
  /** Of the records, before compression. */
  readonly bytes: number
  /** Returns the record's index in the batch. */
  add(record: OutgoingRecord): number
  /** The finished batch, without its identity; nothing can be added afterwards. */
  build(options: { transactional: boolean }): Promise<Buffer>
}

/** Of the records of a batch before compression, since topics refuse larger ones by default; a larger record has its own. */
export const BATCH_BYTES = 900 * 1024
const FIRST_CAPACITY = 4 * 1024
/** Most bytes that a variable-length number takes; a record begins with its length, which is known only at its end. */
const VARINT_BYTES = 5
const VARLONG_BYTES = 10
const SHORT_HEADER = 1

export const createBatchBuilder = (): BatchBuilder => {
  let buffer = Buffer.allocUnsafe(FIRST_CAPACITY)
  let at = 0
  let count = 0
  let baseTimestamp = 0
  let maxTimestamp = 0

  const reserve = (bytes: number) => {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  /** Zigzag, seven bits a byte, lowest first. */
  const varint = (value: number) => {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    while (rest > 0x7f) {
      buffer[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    buffer[at++] = rest
  }
  const varlong = (value: number) => {
    if (value >= -0x40000000 && value < 0x40000000) return varint(value)
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
    while (rest > 0x7fn) {
      buffer[at++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    buffer[at++] = Number(rest)
  }
  const text = (value: string) => {
    const length = Buffer.byteLength(value)
    reserve(VARINT_BYTES + length)
    varint(length)
    at += buffer.write(value, at, length, 'utf8')
  }
  const bytes = (value: Uint8Array | string | null) => {
    if (typeof value === 'string') return text(value)
    reserve(VARINT_BYTES + (value?.length ?? 0))
    varint(value?.length ?? -1)
    if (value) {
      buffer.set(value, at)
      at += value.length
    }
  }

  return {
    get count() {
      return count
    },
    get bytes() {
      return at
    },
    add({ key, value, headers, timestamp }) {
      const time = Math.trunc(timestamp)
      if (count === 0) baseTimestamp = maxTimestamp = time
      else if (time > maxTimestamp) maxTimestamp = time
      // Written behind room for the length, then moved to close the gap, which is shorter than the room.
      reserve(VARINT_BYTES)
      const start = at
      at += VARINT_BYTES
      reserve(SHORT_HEADER + VARLONG_BYTES + VARINT_BYTES)
      buffer[at++] = 0
      varlong(time - baseTimestamp)
      varint(count)
      bytes(key)
      bytes(value)
      const entries = headers ? Object.entries(headers) : []
      reserve(VARINT_BYTES)
      varint(entries.length)
      for (const [name, content] of entries) {
        text(name)
        text(content)
      }
      const end = at
      const body = start + VARINT_BYTES
      at = start
      varint(end - body)
      buffer.copyWithin(at, body, end)
      at += end - body
      return count++
    },
    async build({ transactional }) {
      const records = buffer.subarray(0, at)
      const packed = await compress(records)
      const payload = packed ?? records
      const batch = Buffer.allocUnsafe(FIELD.records + payload.length)
      batch.writeBigInt64BE(0n, FIELD.baseOffset)
      batch.writeInt32BE(batch.length - LENGTH_OVERHEAD, FIELD.length)
      batch.writeInt32BE(0, FIELD.leaderEpoch)
      batch.writeInt8(MAGIC, FIELD.magic)
      batch.writeInt16BE(
        (packed ? ZSTD : 0) | (transactional ? ATTRIBUTE.transactional : 0),
        FIELD.attributes,
      )
      batch.writeInt32BE(count - 1, FIELD.lastOffsetDelta)
      batch.writeBigInt64BE(BigInt(baseTimestamp), FIELD.baseTimestamp)
      batch.writeBigInt64BE(BigInt(maxTimestamp), FIELD.maxTimestamp)
      batch.writeInt32BE(count, FIELD.recordCount)
      batch.set(payload, FIELD.records)
      return batch
    },
  }
}

/** Writes into a built batch who sends it and its place in the sender's sequence. */
export const signBatch = (batch: Buffer, { producerId, epoch }: ProducerIdentity, sequence: number): void => {
  batch.writeBigInt64BE(producerId, FIELD.producerId)
  batch.writeInt16BE(epoch, FIELD.producerEpoch)
  batch.writeInt32BE(sequence, FIELD.baseSequence)
  batch.writeUInt32BE(crc32c(batch, FIELD.attributes), FIELD.crc)
}

/** The sequence behind a batch: numbers begin again after 2^31 - 1. */
export const nextSequence = (sequence: number, count: number): number => (sequence + count) % 2 ** 31

/** Roughly what a record adds to a batch. */
export const sizeOf = ({ key, value }: OutgoingRecord): number => (key?.length ?? 0) + (value?.length ?? 0)
