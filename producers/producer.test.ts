import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import { parseLabelRecord } from '#use-cases/label-record.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { type ProducerOptions, createProducer } from './producer.ts'
import { createTestClock } from './test-clock.ts'

const startMs = Date.UTC(2026, 0, 5, 12)

async function setUp(options: Partial<ProducerOptions> = {}) {
  const { useCase = tfd } = options
  const clock = createTestClock(startMs)
  const log = createMemoryEventLog({ now: clock.now })
  const topics = topicsOf(useCase)
  const names = [topics.events, topics.labels, topics.truth]
  await log.createTopics(names.map(name => ({ name })))
  const producer = createProducer({
    log,
    clock,
    ...options,
    useCase,
    settings: { seed: 7, ...options.settings },
  })
  return { clock, log, topics, producer }
}

async function recordsOf(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of log.read(topic, { from: 'earliest' })) records.push(...batch.records)
  return records
}

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

test('as fast as possible means batches of five hundred without waiting', async () => {
  const sizes: number[] = []
  const { clock, producer } = await setUp({
    settings: { rate: 'max', mode: 'parity' },
    onSent: ({ records }) => sizes.push(records),
  })
  await using _ = producer
  await producer.start()
  while (sizes.length < 10) await clock.run(1)
  producer.pause()
  assert.ok(sizes.every(size => size === 500))
})

test('an update of the rate keeps the stream', async () => {
  const { clock, log, topics, producer } = await setUp({ useCase: eta })
  await using _ = producer
  await producer.start()
  await clock.run(10_000)
  const before = producer.status().sent
  await producer.update({ rate: 200 })
  await clock.run(10_000)
  const during = producer.status().sent - before
  assert.ok(Math.abs(during - 2000) < 200, String(during))
  await producer.update({ rate: 2 })
  await clock.run(10_000)
  const after = producer.status().sent - before - during
  assert.ok(after >= 10 && after <= 40, String(after))
  const ids = (await recordsOf(log, topics.events)).map(({ headers }) => headers['event_id'])
  assert.equal(new Set(ids).size, ids.length)
})

test('an update of anything else begins a new stream, and labels that were owed still come', async () => {
  const { clock, log, topics, producer } = await setUp()
  await using _ = producer
  await producer.start()
  await clock.run(10_000)
  const realistic = producer.status().sent
  await producer.update({ mode: 'parity', seed: 8 })
  await clock.run(10_000)
  const records = await recordsOf(log, topics.events)
  const labelled = new Set(
    (await recordsOf(log, topics.labels)).map(({ value }) => {
      const label = parseLabelRecord(value)
      return label.ok ? label.eventId : ''
    }),
  )
  const unkeyed = records.filter(({ key }) => key === null)
  assert.ok(unkeyed.length > 150)
  const keyed = records.filter(({ key }) => key !== null)
  assert.ok(keyed.length >= realistic)
  assert.ok(keyed.every(({ headers }) => labelled.has(headers['event_id'] ?? '')))
  await assert.rejects(producer.update({ rate: 0 }), { code: 'INVALID_SETTING' })
  assert.equal(producer.status().settings.mode, 'parity')
})

test('drift can be injected while it runs', async () => {
  const { clock, log, topics, producer } = await setUp({ settings: { mode: 'parity', rate: 500 } })
  await using _ = producer
  assert.throws(() => producer.injectDrift({ kind: 'abrupt', at: 0 }), { code: 'PRODUCER_NOT_STARTED' })
  await producer.start()
  await clock.run(1000)
  assert.throws(() => producer.injectDrift({ kind: 'abrupt', at: -1 }), { code: 'INVALID_DRIFT' })
  producer.injectDrift({ kind: 'burst', at: 0, length: 3600, factor: 60 })
  await clock.run(5000)
  const labels = (await recordsOf(log, topics.events)).map(({ value }) => {
    const parsed = parse(value)
    return parsed.ok ? parsed.label : null
  })
  const share = labels.filter(label => label === 1).length / labels.length
  assert.ok(share > 0.35 && share < 0.65, String(share))
})

test('settings that cannot be are refused with what was wanted', async () => {
  const log = createMemoryEventLog()
  for (const settings of [
    { rate: -1 },
    { rate: NaN },
    { rate: 'fast' as 'max' },
    { mode: 'odd' as 'parity' },
    { seed: 1.5 },
    { labelSpeed: 0 },
  ]) {
    assert.throws(() => createProducer({ useCase: tfd, log, settings }), { code: 'INVALID_SETTING' })
  }
  const options = { 'fraud-probability': 2 }
  assert.throws(() => createProducer({ useCase: tfd, log, settings: { options } }), {
    code: 'INVALID_OPTION',
  })
})

test('disposing stops at once, also while an append waits to be tried again', async () => {
  const clock = createTestClock(startMs)
  const log: EventLog = Object.assign(Object.create(createMemoryEventLog()) as EventLog, {
    append: () => Promise.reject(new Error('The broker is gone.')),
  })
  const producer = createProducer({ useCase: tfd, log, clock, settings: { seed: 1 } })
  await producer.start()
  await clock.run(2000)
  assert.ok(producer.status().errors > 0)
  assert.equal(producer.status().connected, false)
  await producer[Symbol.asyncDispose]()
  assert.equal(producer.status().state, 'stopped')
  await assert.rejects(producer.start(), { code: 'PRODUCER_STOPPED' })
})
