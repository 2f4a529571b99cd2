import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from '../segments/crc32c.ts'
import { createBatchBuilder, nextSequence, type OutgoingRecord, signBatch } from './batch-builder.ts'
import { decodeBatches } from './decode-batches.ts'
import { ATTRIBUTE, FIELD } from './record-batch.ts'

const PRODUCER = { producerId: 4001n, epoch: 7 }
const place = { topic: 't', partition: 2, aborted: [] }
const records = fc.array(
  fc.record({
    key: fc.option(fc.uint8Array({ maxLength: 40 })),
    value: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.uint8Array({ maxLength: 900 }),
      fc.constant(null),
    ),
    headers: fc.option(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
      {
        nil: undefined,
      },
    ),
    timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  }),
  { minLength: 1, maxLength: 60 },
)

const batchOf = async (
  content: readonly OutgoingRecord[],
  { baseOffset = 0, transactional = false, producer = PRODUCER, control = false } = {},
): Promise<Buffer> => {
  const builder = createBatchBuilder()
  for (const record of content) builder.add(record)
  const batch = await builder.build({ transactional })
  if (control) batch.writeInt16BE(batch.readInt16BE(FIELD.attributes) | ATTRIBUTE.control, FIELD.attributes)
  signBatch(batch, producer, 0)
  // As the broker does when it appends; the checksum begins behind it.
  batch.writeBigInt64BE(BigInt(baseOffset), FIELD.baseOffset)
  return batch
}
const plain = (value: string): OutgoingRecord => ({ key: null, value, headers: undefined, timestamp: 1 })
/** A control record: its key is version and type, 0 to abort and 1 to commit. */
const marker = (type: 0 | 1): OutgoingRecord => ({
  key: Buffer.from([0, 0, 0, type]),
  value: new Uint8Array(6),
  headers: undefined,
  timestamp: 1,
})
const bytesOf = (value: OutgoingRecord['value']): Buffer => Buffer.from(value ?? '')

describe('a record batch', () => {
  test('gives back whatever was put in', () =>
    fc.assert(
      fc.asyncProperty(records, fc.nat(2 ** 40), async (content, baseOffset) => {
        const batch = await batchOf(content, { baseOffset })
        const decoded = decodeBatches(batch, { ...place, from: baseOffset })
        assert.equal(decoded.next, baseOffset + content.length)
        for (const [i, { key, value, headers = {}, timestamp }] of content.entries()) {
          const record = decoded.records[i]!
          assert.deepEqual([record.topic, record.partition, record.offset], ['t', 2, baseOffset + i])
          assert.equal(record.timestamp, timestamp)
          assert.deepEqual(record.key, key && Buffer.from(key))
          assert.deepEqual(record.value, bytesOf(value))
          assert.deepEqual(Object.entries(record.headers), Object.entries(headers))
        }
        assert.equal(decoded.records.length, content.length)
      }),
      { seed: 1, numRuns: 150 },
    ))

  test('says its size, its newest time and who sent it', async () => {
    const batch = await batchOf([3, 9, 5].map(timestamp => ({ ...plain('x'), timestamp })))
    assert.equal(batch.readInt32BE(FIELD.length), batch.length - 12)
    assert.equal(batch.readInt32BE(FIELD.lastOffsetDelta), 2)
    assert.deepEqual(
      [FIELD.baseTimestamp, FIELD.maxTimestamp, FIELD.producerId].map(at => batch.readBigInt64BE(at)),
      [3n, 9n, 4001n],
    )
    assert.equal(batch.readUInt32BE(FIELD.crc), crc32c(batch, FIELD.attributes))
  })

  test('is left out where it is cut off, and begins where the reader is', async () => {
    const [first, second] = [
      await batchOf([plain('a'), plain('b')]),
      await batchOf([plain('c')], { baseOffset: 2 }),
    ]
    const both = Buffer.concat([first, second])
    const read = (data: Buffer, from: number) => {
      const { records, next } = decodeBatches(data, { ...place, from })
      return [records.map(({ value }) => Buffer.from(value).toString()).join(''), next]
    }
    assert.deepEqual(read(both, 0), ['abc', 3])
    assert.deepEqual(read(both.subarray(0, both.length - 1), 0), ['ab', 2])
    assert.deepEqual(read(both, 1), ['bc', 3])
    assert.deepEqual(read(both, 2), ['c', 3])
    assert.deepEqual(read(first.subarray(0, 30), 0), ['', 0])
  })

  test('without records, as compaction leaves one, still moves the reader on', async () => {
    const empty = (await batchOf([plain('x'), plain('y')], { baseOffset: 5 })).subarray(0, FIELD.records)
    empty.writeInt32BE(empty.length - 12, FIELD.length)
    empty.writeInt32BE(0, FIELD.recordCount)
    empty.writeUInt32BE(crc32c(empty, FIELD.attributes), FIELD.crc)
    assert.deepEqual(decodeBatches(empty, { ...place, from: 5 }), { records: [], next: 7 })
  })

  test('with a wrong checksum or an old format is refused', async () => {
    const damaged = await batchOf([plain('x')])
    damaged[damaged.length - 2]! ^= 1
    assert.throws(() => decodeBatches(damaged, { ...place, from: 0 }), { code: 'LOG_CORRUPT' })
    const old = await batchOf([plain('x')])
    old.writeInt8(1, FIELD.magic)
    assert.throws(() => decodeBatches(old, { ...place, from: 0 }), { code: 'LOG_CORRUPT' })
  })

  test('of a transaction shows once it is committed, and never once it is aborted', async () => {
    const [one, other] = [
      { producerId: 1n, epoch: 0 },
      { producerId: 2n, epoch: 0 },
    ]
    const log = Buffer.concat([
      await batchOf([plain('a')], { baseOffset: 0, transactional: true, producer: one }),
      await batchOf([plain('b')], { baseOffset: 1, transactional: true, producer: other }),
      await batchOf([plain('c')], { baseOffset: 2, producer: one }),
      await batchOf([marker(0)], { baseOffset: 3, transactional: true, producer: one, control: true }),
      await batchOf([plain('d')], { baseOffset: 4, transactional: true, producer: one }),
      await batchOf([marker(1)], { baseOffset: 5, transactional: true, producer: other, control: true }),
      await batchOf([marker(1)], { baseOffset: 6, transactional: true, producer: one, control: true }),
    ])
    // Brokers name the transactions that overlap what they send.
    const read = (from: number) => {
      const aborted = from < 4 ? [{ producerId: 1n, firstOffset: 0n }] : []
      const { records, next } = decodeBatches(log, { ...place, from, aborted })
      return [records.map(({ offset }) => offset), next]
    }
    assert.deepEqual(read(0), [[1, 2, 4], 7])
    assert.deepEqual(read(4), [[4], 7])
  })

  test('begins its sequence again after the largest number', () => {
    assert.equal(nextSequence(2 ** 31 - 1, 1), 0)
    assert.equal(nextSequence(2 ** 31 - 2, 5), 3)
  })
})
