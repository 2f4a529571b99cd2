import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logRecord } from '../session/test-items.ts'
import { createPredictionRing } from './prediction-ring.ts'

function prediction(seq: number, size = 0) {
  const event = { note: 'x'.repeat(size) }
  const record = { v: 1, kind: 'prediction', session: 'one', seq, event }
  return logRecord({ partition: 0, offset: seq, value: JSON.stringify(record) })
}

test('the newest predictions are found by number until newer ones take their places', () => {
  const ring = createPredictionRing(10)
  for (let seq = 0; seq < 25; seq++) ring.push(prediction(seq))
  assert.deepEqual(
    ring.newest(100).map(({ offset }) => offset),
    [24, 23, 22, 21, 20, 19, 18, 17, 16, 15],
  )
  assert.equal(ring.find('one', 15)?.offset, 15)
  assert.equal(ring.find('one', 14), undefined)
})

test('large predictions take the places of several small ones, so that memory is bounded', () => {
  const ring = createPredictionRing(100, 10_000)
  for (let seq = 0; seq < 20; seq++) ring.push(prediction(seq))
  assert.equal(ring.newest(100).length, 20)
  for (let seq = 20; seq < 30; seq++) ring.push(prediction(seq, 3000))
  assert.deepEqual(
    ring.newest(100).map(({ offset }) => offset),
    [29, 28, 27],
  )
  ring.push(prediction(30, 50_000))
  assert.deepEqual(
    ring.newest(100).map(({ offset }) => offset),
    [30],
  )
  for (let seq = 31; seq < 300; seq++) ring.push(prediction(seq))
  assert.equal(ring.newest(200).length, 100)
  assert.equal(ring.find('one', 200)?.offset, 200)
})
