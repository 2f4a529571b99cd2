import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createEventClock } from './event-clock.ts'

const HOUR = 3_600_000

test('the clock follows events forward and never goes back', () => {
  const clock = createEventClock()
  assert.equal(clock.now(), -Infinity)
  for (const time of [5, 9, 7, 100]) assert.ok(clock.advance(time))
  assert.equal(clock.now(), 100)
})

test('one event far ahead is not believed, a second one confirms the jump', () => {
  const clock = createEventClock()
  clock.advance(0)
  assert.equal(clock.advance(1000 * HOUR), false)
  assert.ok(clock.advance(10))
  assert.equal(clock.now(), 10)
  assert.equal(clock.advance(5000 * HOUR), false)
  assert.ok(clock.advance(5000 * HOUR + 1))
  assert.equal(clock.now(), 5000 * HOUR + 1)
})

test('a time that is no number is not believed', () => {
  const clock = createEventClock()
  for (const time of [Number.NaN, Infinity, -Infinity]) assert.equal(clock.advance(time), false)
  assert.equal(clock.now(), -Infinity)
})

test('a loaded clock keeps its doubt', () => {
  const clock = createEventClock()
  clock.advance(0)
  clock.advance(50 * HOUR)
  const out = createStateWriter()
  clock.save(out)
  const loaded = createEventClock(createStateReader(out.finish()))
  assert.ok(loaded.advance(50 * HOUR))
})
