import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from './crc32c.ts'

test('CRC-32C equals the published vectors', () => {
  const sequence = Uint8Array.from({ length: 32 }, (_, i) => i)
  // RFC 3720 appendix B.4, and the check value of the CRC catalogue.
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa)
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43)
  assert.equal(crc32c(sequence), 0x46dd794e)
  assert.equal(crc32c(sequence.toReversed()), 0x113fdb5c)
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc32c(new Uint8Array(0)), 0)
})

test('CRC-32C of any range at any alignment equals the bitwise definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(9), fc.nat(40), (bytes, shift, start) => {
      const data = new Uint8Array(new ArrayBuffer(bytes.length + shift), shift, bytes.length)
      data.set(bytes)
      const from = Math.min(start, bytes.length)
      assert.equal(crc32c(data, from), bitwise(bytes.subarray(from)))
    }),
    { seed: 1 },
  )
})

const bitwise = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}
