import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import { eta } from '#use-cases/eta.ts'
import { parseLabelRecord } from '#use-cases/label-record.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { tfd } from '#use-cases/tfd.ts'
import { createProducer } from './producer.ts'
import { createTestClock } from './test-clock.ts'
import { recordsOf, setUp, startMs } from './test-producer.ts'

const parse = createEventParser(tfd)

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
