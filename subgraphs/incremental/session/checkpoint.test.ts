import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckpointHeader, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'

const header: CheckpointHeader = {
  useCase: 'TFD',
  session: 'é'.repeat(3),
  learner: 'x',
  sequence: 12,
  source: [1, 2, 3],
  labels: [0, 0, 0],
  orderPartition: 1,
  orderOffset: 12,
  at: 99,
}

test('a checkpoint reads back as it was written', () => {
  const payload = Float64Array.from([1.5, Number.NaN, -0]).buffer
  const { bytes, hash } = encodeCheckpoint(header, payload)
  const read = decodeCheckpoint(bytes)
  assert.deepEqual(read.header, header)
  assert.deepEqual(new Uint8Array(read.payload), new Uint8Array(payload))
  assert.equal(read.hash, hash)
})

test('any flipped byte and any cut is noticed', () => {
  const { bytes } = encodeCheckpoint(header, new Uint8Array(64).fill(7).buffer)
  for (let i = 0; i < bytes.length; i++) {
    const damaged = bytes.slice()
    damaged[i] = (damaged[i] as number) ^ 0x10
    assert.throws(
      () => decodeCheckpoint(damaged),
      { code: i >= 8 && i < 12 ? 'CHECKPOINT_VERSION' : 'CHECKPOINT_CORRUPT' },
      `byte ${i}`,
    )
    assert.throws(() => decodeCheckpoint(bytes.subarray(0, i)), { code: 'CHECKPOINT_CORRUPT' })
  }
})
