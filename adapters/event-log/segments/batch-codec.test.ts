import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogRecord } from '#ports/event-log.ts'
import { isFrameIntact, readFrameHeader } from './batch-frame.ts'
import { decodeFrame } from './decode-frame.ts'
import { type EncodedBatch, encodeBatch, sealBatch } from './encode-batch.ts'
import { createFrameReader } from './frame-reader.ts'

const everything = {
  topic: 't',
  partition: 3,
  from: 0,
  to: Number.POSITIVE_INFINITY,
  maxRecords: Number.POSITIVE_INFINITY,
}

const record = fc.record({
  key: fc.option(fc.uint8Array({ maxLength: 20 })),
  value: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 100 })),
  headers: fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 3 }), {
    nil: undefined,
  }),
  timestamp: fc.double({ noNaN: true, noDefaultInfinity: true }),
})

const sealed = (batch: EncodedBatch, firstOffset: number): EncodedBatch => {
  sealBatch(batch, firstOffset)
  return batch
}

const decodeAll = ({ buffer, frames }: EncodedBatch): LogRecord[] => {
  const out: LogRecord[] = []
  for (const { at } of frames) {
    const header = readFrameHeader(buffer, at)!
    assert.ok(isFrameIntact(buffer, at, header))
    decodeFrame(out, buffer, at, header, everything)
  }
  return out
}

test('a batch reads back as it was written, at any offset', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), fc.maxSafeNat(), (records, offset) => {
      const firstOffset = Math.min(offset, Number.MAX_SAFE_INTEGER - 100)
      const decoded = decodeAll(sealed(encodeBatch(records), firstOffset))
      assert.deepEqual(
        decoded.map(({ key, value, headers, ...rest }) => ({ ...rest, key, value, headers: { ...headers } })),
        records.map(({ key, value, headers, timestamp }, i) => ({
          topic: 't',
          partition: 3,
          offset: firstOffset + i,
          timestamp,
          key,
          value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
          headers: { ...headers },
        })),
      )
    }),
    { seed: 2, numRuns: 200 },
  )
})

test('offsets may have holes', () => {
  const records = ['a', 'b', 'c'].map(value => ({ key: null, value, headers: undefined, timestamp: 0 }))
  const decoded = decodeAll(sealed(encodeBatch(records, [0, 5, 900]), 100))
  assert.deepEqual(
    decoded.map(({ offset }) => offset),
    [100, 105, 1000],
  )
})

test('a large batch is cut into frames that each hold whole records', () => {
  const records = Array.from({ length: 3000 }, (_, i) => ({
    key: null,
    value: `${i}`.padEnd(500),
    headers: undefined,
    timestamp: i,
  }))
  const batch = sealed(encodeBatch(records), 7)
  assert.ok(batch.frames.length > 3)
  assert.deepEqual(
    decodeAll(batch).map(({ offset }) => offset),
    records.map((_, i) => 7 + i),
  )
})

test('a reader finds every frame that damage has spared, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
      fc.nat(60),
      async (sizes, flips, cut) => {
        let offset = 0
        const batches = sizes.map(size => {
          const records = Array.from({ length: size }, (_, i) => ({
            key: null,
            value: 'CLG1'.repeat(i),
            headers: undefined,
            timestamp: 0,
          }))
          const batch = sealed(encodeBatch(records), offset)
          offset += size
          return batch.buffer
        })
        const file = Buffer.concat(batches).subarray(0, -cut || undefined)
        const hit = new Set<number>()
        for (const [position, bits] of flips) {
          const at = position % Math.max(1, file.length)
          file[at]! ^= bits
          hit.add(at)
        }
        const intact: number[] = []
        let start = 0
        for (const { length } of batches) {
          const end = start + length
          const damaged = [...hit].some(
            at => at >= start && at < end && file[at] !== Buffer.concat(batches)[at],
          )
          if (!damaged && end <= file.length) intact.push(start)
          start = end
        }
        assert.deepEqual(await framesOf(file), intact)
      },
    ),
    { seed: 3, numRuns: 200 },
  )
})

const framesOf = async (file: Buffer): Promise<number[]> => {
  const read = async (buffer: Buffer, position: number, length: number) =>
    file.copy(buffer, 0, position, position + length)
  const reader = createFrameReader(read, 0, () => file.length)
  const found: number[] = []
  for (let next = reader.peek(); next !== null; next = reader.peek()) {
    if (next === undefined) {
      await reader.fill()
      continue
    }
    if (!('damaged' in next)) found.push(next.position)
    reader.advance()
  }
  return found
}
