import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { decodePredictionId, encodePredictionId } from '#subgraphs/prediction-id.ts'

const info = {
  name: 'topic',
  partitions: [0, 1, 2].map(partition => ({ partition, start: 5, end: 100, bytes: 0 })),
}

test('a cursor reads back as the offsets it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }), offsets => {
      assert.deepEqual(
        decodeCursor(encodeCursor('platform-id', 'topic', offsets), 'platform-id', info),
        offsets,
      )
    }),
  )
})

test('a cursor of another platform, topic or shape, or ahead of the log, is refused with a code', () => {
  const wrong = [
    encodeCursor('other-platform', 'topic', [1, 2, 3]),
    encodeCursor('platform-id', 'elsewhere', [1, 2, 3]),
    encodeCursor('platform-id', 'topic', [1, 2]),
    encodeCursor('platform-id', 'topic', [1, 2, -3]),
    encodeCursor('platform-id', 'topic', [1, 2, 101]),
    Buffer.from('{}').toString('base64url'),
    '',
    'abc',
  ]
  for (const cursor of wrong) {
    assert.throws(() => decodeCursor(cursor, 'platform-id', info), { code: 'INVALID_CURSOR' }, cursor)
  }
})

test('no text makes the decoders throw anything but their own error', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      for (const [decode, code] of [
        [() => decodeCursor(text, 'platform-id', info), 'INVALID_CURSOR'],
        [() => decodePredictionId(text), 'INVALID_ID'],
      ] as const) {
        try {
          decode()
        } catch (error) {
          assert.equal((error as { code?: string }).code, code)
        }
      }
    }),
  )
})

test('a prediction id reads back as what it names', () => {
  const id = { useCase: 'TFD', session: '7c5af076-3e50', seq: 140 }
  assert.deepEqual(decodePredictionId(encodePredictionId(id)), id)
})
