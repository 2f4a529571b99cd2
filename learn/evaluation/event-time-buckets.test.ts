import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import {
  createEventTimeBuckets,
  type EventTimeBucketOptions,
  type EventTimeBuckets,
  loadEventTimeBuckets,
} from './event-time-buckets.ts'

const HOUR = 3_600_000
const options: EventTimeBucketOptions = { bucketMs: HOUR, keep: 4, metrics: ['mae'], task: 'regression' }
const of = (timeMs: number, label: number, seq = timeMs) => ({ timeMs, label, score: 0, seq })

function reloaded(buckets: EventTimeBuckets): EventTimeBuckets {
  const out = createStateWriter()
  buckets.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadEventTimeBuckets(input, options)
  input.end()
  return loaded
}

test('an outcome counts in the bucket of its event, whenever it comes, and a bucket matures with its labels', () => {
  let buckets = createEventTimeBuckets(options)
  for (let i = 0; i < 40; i++) buckets.event(i * (HOUR / 20))
  for (let i = 39; i >= 20; i--) buckets.outcome(of(i * (HOUR / 20), 2))
  for (let i = 0; i < 18; i++) buckets.outcome(of(i * (HOUR / 20), 1))
  buckets = reloaded(buckets)
  const told = () =>
    buckets
      .snapshot()
      .map(({ from, to, events, labelled, coverage, mature, metrics: [{ value }] }) => [
        from,
        to,
        events,
        labelled,
        coverage,
        mature,
        value,
      ])
  // The latest bucket may still get events.
  assert.deepEqual(told(), [
    [0, HOUR, 20, 18, 0.9, false, 1],
    [HOUR, 2 * HOUR, 20, 20, 1, false, 2],
  ])
  buckets.outcome(of(18 * (HOUR / 20), 1))
  buckets.event(2 * HOUR)
  assert.deepEqual(
    buckets.snapshot().map(({ mature }) => mature),
    [true, true, false],
  )
})

test('a corrected label changes its bucket alone', () => {
  const buckets = createEventTimeBuckets(options)
  for (const timeMs of [0, HOUR]) {
    buckets.event(timeMs)
    buckets.outcome(of(timeMs, 4))
  }
  assert.ok(buckets.correct(of(0, 4), of(0, 10)))
  assert.deepEqual(
    buckets.snapshot().map(({ metrics: [{ value }] }) => value),
    [10, 4],
  )
})

test('old buckets make room for new ones, and what belongs to them is refused', () => {
  let buckets = createEventTimeBuckets(options)
  for (let i = 0; i < 7; i++) buckets.event(i * HOUR)
  buckets = reloaded(buckets)
  assert.deepEqual(
    buckets.snapshot().map(({ from }) => from / HOUR),
    [3, 4, 5, 6],
  )
  assert.equal(buckets.event(2 * HOUR), false)
  assert.equal(buckets.event(Number.NaN), false)
  assert.equal(buckets.outcome(of(2 * HOUR, 1)), false)
  assert.equal(buckets.correct(of(2 * HOUR, 1), of(2 * HOUR, 2)), false)
})

test('events dated far ahead take no room from the others until their time is confirmed', () => {
  const buckets = createEventTimeBuckets(options)
  buckets.event(0)
  for (const far of [1000, 2000, 3000]) buckets.event(far * HOUR)
  assert.deepEqual(
    buckets.snapshot().map(({ from }) => from / HOUR),
    [0, 3000],
  )
  buckets.event(3000 * HOUR + 1)
  assert.deepEqual(
    buckets.snapshot().map(({ from, events }) => [from / HOUR, events]),
    [[3000, 2]],
  )
})

test('metrics over windows and impossible sizes are refused', () => {
  const codeOf = (changes: Partial<EventTimeBucketOptions>) => {
    try {
      createEventTimeBuckets({ ...options, ...changes })
    } catch (error) {
      return (error as { code?: string }).code
    }
    return null
  }
  assert.equal(codeOf({ metrics: ['rollingMae'] }), 'INVALID_METRIC')
  assert.equal(codeOf({ metrics: ['recall'] }), 'UNKNOWN_METRIC')
  assert.equal(codeOf({ bucketMs: 0 }), 'INVALID_PARAMETER')
  assert.equal(codeOf({ keep: 1.5 }), 'INVALID_PARAMETER')
})
