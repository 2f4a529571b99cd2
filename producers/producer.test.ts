import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import { parseLabelRecord } from '#use-cases/label-record.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { createProducer } from './producer.ts'
import { createTestClock } from './test-clock.ts'
import { recordsOf, setUp, startMs } from './test-producer.ts'

const textOf = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : null)
const parse = createEventParser(tfd)

test('a producer sends twenty events a second by default, keyed, with their id in a header', async () => {
  const { clock, log, topics, producer } = await setUp()
  await using _ = producer
  await producer.start()
  await clock.run(60_000)
  const records = await recordsOf(log, topics.events)
  assert.ok(Math.abs(records.length - 1200) < 60, String(records.length))
  for (const record of records) {
    const parsed = parse(record.value)
    assert.ok(parsed.ok)
    assert.equal(textOf(record.key), parsed.event['user_id'])
    assert.equal(record.headers['event_id'], parsed.id)
    assert.ok(Math.abs(parsed.timeMs - record.timestamp) <= 5, 'an event is sent when it happens')
  }
  const { sent, state, connected, fraudRatio, lastTimestampMs, bytes, labels } = producer.status()
  assert.deepEqual([sent, state, connected], [records.length, 'running', true])
  assert.equal(bytes > 400 * sent, true)
  assert.ok(fraudRatio !== null && fraudRatio < 0.05)
  assert.ok((lastTimestampMs ?? 0) > startMs + 59_000)
  assert.ok(labels > 1000)
})

test('labels go to their own topic, keyed as their event, after it', async () => {
  const { clock, log, topics, producer } = await setUp()
  await using _ = producer
  await producer.start()
  await clock.run(20_000)
  const events = new Map(
    (await recordsOf(log, topics.events)).map(record => [record.headers['event_id'], record] as const),
  )
  const labels = await recordsOf(log, topics.labels)
  assert.ok(labels.length > 250)
  for (const record of labels) {
    const label = parseLabelRecord(record.value)
    assert.ok(label.ok)
    const event = events.get(label.eventId)
    assert.ok(event)
    assert.deepEqual(record.key, event.key)
    assert.equal(record.partition, event.partition)
    assert.ok(record.timestamp >= event.timestamp)
  }
})

test('in parity mode events have no key and carry their label', async () => {
  const { clock, log, topics, producer } = await setUp({ settings: { mode: 'parity' } })
  await using _ = producer
  await producer.start()
  await clock.run(10_000)
  const records = await recordsOf(log, topics.events)
  assert.ok(records.length > 150)
  assert.ok(records.every(({ key, value }) => key === null && parse(value).ok))
  assert.equal((await recordsOf(log, topics.labels)).length, 0)
  assert.equal(new Set(records.map(({ partition }) => partition)).size, 3)
})

test('truth of finished sessions goes to its own topic, and active sessions are counted', async () => {
  const { clock, log, topics, producer } = await setUp({ useCase: ecci })
  await using _ = producer
  await producer.start()
  await clock.run(120_000)
  const truths = await recordsOf(log, topics.truth)
  assert.ok(truths.length > 50)
  const { truths: counted, activeSessions, fraudRatio } = producer.status()
  assert.equal(counted, truths.length)
  assert.ok((activeSessions ?? 0) > 100)
  assert.equal(fraudRatio, null)
})

test('a pause sends nothing, and what was missed is not sent in a burst', async () => {
  const { clock, log, topics, producer } = await setUp()
  await using _ = producer
  await producer.start()
  await clock.run(10_000)
  producer.pause()
  await clock.run(1000)
  const before = (await recordsOf(log, topics.events)).length
  await clock.run(600_000)
  assert.equal((await recordsOf(log, topics.events)).length, before)
  assert.equal(producer.status().state, 'paused')
  producer.resume()
  await clock.run(10_000)
  const after = (await recordsOf(log, topics.events)).length
  assert.ok(after - before > 150 && after - before < 250, String(after - before))
})

test('a machine that was asleep wakes up without a burst', async () => {
  const { clock, log, topics, producer } = await setUp()
  await using _ = producer
  await producer.start()
  await clock.run(5000)
  const before = (await recordsOf(log, topics.events)).length
  clock.advance(3_600_000)
  await clock.run(5000)
  const after = (await recordsOf(log, topics.events)).length
  assert.ok(after - before < 150, String(after - before))
})

test('a slow log slows the producer down, one append at a time', async () => {
  const clock = createTestClock(startMs)
  const inner = createMemoryEventLog({ now: clock.now })
  await inner.createTopics(Object.values(topicsOf(tfd)).map(name => ({ name })))
  let atOnce = 0
  let most = 0
  const log: EventLog = Object.assign(Object.create(inner) as EventLog, {
    async append(...given: Parameters<EventLog['append']>) {
      most = Math.max(most, ++atOnce)
      await clock.sleep(1000, given[2]?.signal ?? AbortSignal.any([]))
      atOnce--
      return inner.append(...given)
    },
  })
  await using producer = createProducer({ useCase: tfd, log, clock, settings: { seed: 1, rate: 20 } })
  await producer.start()
  await clock.run(60_000)
  assert.equal(most, 1)
  const { sent } = producer.status()
  assert.ok(sent > 20 && sent < 1000, `${sent} events, 1200 were wanted`)
})

test('a failed append is tried again until it succeeds, and nothing is lost or doubled', async () => {
  const clock = createTestClock(startMs)
  const inner = createMemoryEventLog({ now: clock.now })
  await inner.createTopics(Object.values(topicsOf(eta)).map(name => ({ name })))
  let calls = 0
  const log: EventLog = Object.assign(Object.create(inner) as EventLog, {
    async append(...given: Parameters<EventLog['append']>) {
      if (++calls % 3 !== 0) throw new Error('The disk is full.')
      return inner.append(...given)
    },
  })
  const attempts: number[] = []
  await using producer = createProducer({
    useCase: eta,
    log,
    clock,
    settings: { seed: 1 },
    onError: ({ attempt }) => attempts.push(attempt),
  })
  await producer.start()
  await clock.run(30_000)
  producer.pause()
  await clock.run(30_000)
  const records = await recordsOf(inner, topicsOf(eta).events)
  const ids = new Set(records.map(({ headers }) => headers['event_id']))
  assert.ok(records.length > 50)
  assert.equal(ids.size, records.length)
  const { sent, errors, retries } = producer.status()
  assert.equal(sent, records.length)
  assert.deepEqual([errors, retries], [attempts.length, attempts.length])
  assert.deepEqual([...new Set(attempts)], [1, 2])
})
