import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalClock } from './local-clock.ts'
import { utcHour, utcWeekday } from './utc-clock.ts'

test('the local hour follows daylight saving', () => {
  const clock = createLocalClock('America/Chicago')
  const at = (iso: string) => clock(Date.parse(iso))
  assert.deepEqual(at('2026-01-05T03:59:59Z'), { hour: 21, weekday: 6 })
  assert.deepEqual(at('2026-07-06T12:00:00Z'), { hour: 7, weekday: 0 })
  // In spring 01:59 is followed by 03:00.
  assert.equal(at('2026-03-08T07:59:00Z').hour, 1)
  assert.equal(at('2026-03-08T08:00:00Z').hour, 3)
})

test('zones off by quarters of an hour are exact', () => {
  const clock = createLocalClock('Asia/Kathmandu')
  assert.equal(clock(Date.parse('2026-01-05T00:14:59Z')).hour, 5)
  assert.equal(clock(Date.parse('2026-01-05T00:15:00Z')).hour, 6)
})

test('an unknown zone is refused', () => {
  assert.throws(() => createLocalClock('Mars/Olympus'), { code: 'INVALID_OPTION' })
})

test('hour and weekday in UTC follow the instant, not its text', () => {
  assert.equal(utcHour('2026-01-04T23:30:00-06:00'), 5)
  assert.equal(utcWeekday('2026-01-04T23:30:00-06:00'), 0)
  assert.equal(utcWeekday('1969-12-31T12:00:00Z'), 2)
})
