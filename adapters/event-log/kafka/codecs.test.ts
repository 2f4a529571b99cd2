import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { compress, decompress, ZSTD } from './codecs.ts'

// What Kafka's Java producer made of one record, whose value is this text.
const TEXT = `${'abc'.repeat(12)}, and now something else, something else again`
const SNAPPY =
  'glNOQVBQWQAAAAABAAAAAQAAADVbKLIBAAAAAaQBYWJjggMAYCwgYW5kIG5vdyBzb21ldGhpbmcgZWxzZSw6EAAYIGFnYWluAA=='
const LZ4 = 'BCJNGGBAgjQAAAC/sgEAAAABpAFhYmMDAA77CiwgYW5kIG5vdyBzb21ldGhpbmcgZWxzZSwQAHAgYWdhaW4AAAAAAA=='
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
const NUMBERS = { none: 0, gzip: 1, snappy: 2, lz4: 3 }

describe('the codecs of a record batch', () => {
  for (const [name, packed] of [
    ['snappy', SNAPPY],
    ['lz4', LZ4],
  ] as const) {
    test(`${name} of Java's producer is read`, () => {
      assert.ok(decompress(NUMBERS[name], bytes(packed)).includes(TEXT))
    })
    test(`${name} that is cut off or damaged is refused or differs, and never overruns`, () => {
      const whole = bytes(packed)
      const right = decompress(NUMBERS[name], whole)
      for (let length = 0; length < whole.length; length++) {
        try {
          assert.notDeepEqual(decompress(NUMBERS[name], whole.subarray(0, length)), right)
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
        }
      }
      for (let at = 0; at < whole.length; at++) {
        const damaged = Buffer.from(whole)
        damaged[at]! ^= 0xff
        try {
          assert.ok(decompress(NUMBERS[name], damaged).length < 2 ** 24)
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
        }
      }
    })
  }

  test('one bare block of snappy is read, as other clients write it', () => {
    const block = bytes(SNAPPY).subarray(20)
    assert.deepEqual(decompress(NUMBERS.snappy, block), decompress(NUMBERS.snappy, bytes(SNAPPY)))
  })
  test('gzip and nothing at all are read', () => {
    assert.equal(decompress(NUMBERS.gzip, gzipSync(TEXT)).toString(), TEXT)
    assert.equal(decompress(NUMBERS.none, Buffer.from(TEXT)).toString(), TEXT)
  })
  test('a codec that is not known is told', () => {
    assert.throws(() => decompress(5, Buffer.alloc(0)), { code: 'LOG_CORRUPT' })
  })

  test('zstd is used where it makes records smaller, at any size', async () => {
    assert.equal(await compress(Buffer.from(TEXT)), null)
    for (const repeats of [100, 5000]) {
      const records = Buffer.from(TEXT.repeat(repeats))
      const packed = await compress(records)
      assert.ok(packed && packed.length < records.length)
      assert.deepEqual(decompress(ZSTD, packed), records)
    }
  })
  test('records that zstd cannot make smaller stay as they are', async () => {
    const noise = Buffer.from(
      Uint32Array.from({ length: 512 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(i, i * 0x85ebca6b))
        .buffer,
    )
    const packed = await compress(noise)
    assert.ok(packed === null || packed.length < noise.length)
  })
})
