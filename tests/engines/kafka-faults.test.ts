import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import type { EventLog } from '#ports/event-log.ts'
import { collect, drain, numbered, until, values } from '#ports/event-log-contract/bench.ts'
import { type CuttingProxy, REQUEST, startCuttingProxy } from './kafka-cutting-proxy.ts'

const PARTITIONS = 3
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** Appends numbered texts one after the other until told to stop; returns where each one went. */
const appending = (log: EventLog, topic: string, caller: string) => {
  let stopped = false
  const acknowledged = new Map<string, string>()
  const done = (async () => {
    for (let i = 0; !stopped; i++) {
      const texts = range(3).map(k => `${caller}:${i * 3 + k}`)
      const positions = await log.append(
        topic,
        texts.map(value => ({ value })),
      )
      for (const [k, { partition, offset }] of positions.entries())
        acknowledged.set(texts[k]!, `${partition}:${offset}`)
      await sleep(2)
    }
  })()
  return {
    acknowledged,
    async stop() {
      stopped = true
      await done
    },
  }
}

/** Fails unless the topic holds each text once, where it was acknowledged, and each caller's in their order. */
const audit = async (log: EventLog, topic: string, acknowledged: ReadonlyMap<string, string>) => {
  const { records, gaps } = await drain(log.read(topic, { from: 'earliest' }))
  assert.deepEqual(gaps, [])
  const found = new Map<string, string>()
  const last = new Map<string, number>()
  for (const { partition, offset, value } of records) {
    const text = Buffer.from(value).toString()
    assert.ok(!found.has(text), `${text} is there twice`)
    found.set(text, `${partition}:${offset}`)
    const [caller, number] = text.split(':') as [string, string]
    const key = `${partition} ${caller}`
    assert.ok((last.get(key) ?? -1) < Number(number), `${text} comes after ${last.get(key)}`)
    last.set(key, Number(number))
  }
  assert.deepEqual(
    [...acknowledged].filter(([text, place]) => found.get(text) !== place),
    [],
  )
  return found
}

describe('a broker that is killed and restarted', () => {
  let broker: KafkaBroker
  before(async () => {
    broker = await startKafkaBroker()
  })
  after(() => broker?.stop())

  test('costs appends, writers, followers and tails time, and nothing else', {
    timeout: 90_000,
  }, async () => {
    await using log = await openKafkaEventLog({ brokers: broker.brokers })
    const topic = 'killed'
    await log.createTopics([{ name: topic, partitions: PARTITIONS }])
    const abort = new AbortController()
    const follower = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
    const heard: string[] = []
    using _tail = await log.tail(topic, records => heard.push(...values(records).map(String)))
    const callers = ['a', 'b', 'c'].map(caller => appending(log, topic, caller))
    await using writer = await log.openWriter('steady')
    let step = 0
    let stopped = false
    const written = new Map<string, string>()
    const writing = (async () => {
      for (; !stopped; step++) {
        const [[position]] = (await writer.append([
          { topic, records: [{ value: `w:${step}` }], partition: 0 },
        ])) as [[{ partition: number; offset: number }]]
        written.set(`w:${step}`, `${position.partition}:${position.offset}`)
        await sleep(2)
      }
    })()

    for (const pause of [700, 400, 1100]) {
      await sleep(pause)
      await broker.kill()
      await sleep(300)
      const before = callers[0]!.acknowledged.size
      await broker.restart()
      await until('appends to go on', () => callers[0]!.acknowledged.size > before + 30)
    }
    stopped = true
    await Promise.all([writing, ...callers.map(({ stop }) => stop())])
    const acknowledged = new Map([...callers.flatMap(({ acknowledged }) => [...acknowledged]), ...written])
    assert.ok(acknowledged.size > 300 && step > 50, `${acknowledged.size} acknowledged, ${step} steps`)
    const found = await audit(log, topic, acknowledged)
    assert.equal(found.size, acknowledged.size)

    await until('the follower', () => follower.records.length >= found.size)
    await until('the tail', () => heard.length >= found.size)
    abort.abort()
    await follower.done
    assert.deepEqual(follower.gaps, [])
    for (const seen of [values(follower.records).map(String), heard])
      assert.deepEqual(seen.toSorted(), [...found.keys()].toSorted())
  })

  test('makes an append give up only after the time that is documented', { timeout: 120_000 }, async () => {
    await using log = await openKafkaEventLog({ brokers: broker.brokers, patienceMs: 1500 })
    const topic = 'patience'
    await log.createTopics([{ name: topic, partitions: 1 }])
    await log.append(topic, numbered(1))
    await broker.kill()
    const asked = performance.now()
    await assert.rejects(log.append(topic, numbered(1, 1)), {
      code: 'ENGINE_UNREACHABLE',
      message: /KAFKA_BROKERS/,
    })
    const waited = performance.now() - asked
    assert.ok(waited > 500 && waited < 10_000, `${waited} ms`)
    await assert.rejects(log.topics([topic]), { code: 'ENGINE_UNREACHABLE' })
    await assert.rejects(drain(log.read(topic, { from: 'earliest' })), { code: 'ENGINE_UNREACHABLE' })
    await broker.restart()
    await until('the broker', () =>
      log.append(topic, numbered(1, 2)).then(
        () => true,
        () => false,
      ),
    )
    const texts = values((await drain(log.read(topic, { from: 'earliest' }))).records)
    assert.deepEqual([texts[0], texts.at(-1)], ['0', '2'])
  })

  test('does not keep a log from closing', { timeout: 120_000 }, async () => {
    const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    const before = sockets()
    const log = await openKafkaEventLog({ brokers: broker.brokers })
    const topic = 'closing'
    await log.createTopics([{ name: topic, partitions: 1 }])
    const readers = [log.follow(topic, { from: 'earliest' }), log.join(topic, 'group', {})].map(batches =>
      collect(batches),
    )
    using _tail = await log.tail(topic, () => {})
    await log.openWriter('closing')
    await sleep(500)
    await broker.kill()
    const pending = assert.rejects(log.append(topic, numbered(1)), { code: 'LOG_CLOSED' })
    const asked = performance.now()
    await log[Symbol.asyncDispose]()
    assert.ok(performance.now() - asked < 2000)
    await Promise.all([pending, ...readers.map(({ done }) => done)])
    await until('the sockets to go', () => sockets() <= before)
    await broker.restart()
  })
})

describe('a connection that is cut', () => {
  let proxy: CuttingProxy
  let broker: KafkaBroker
  before(async () => {
    proxy = await startCuttingProxy()
    broker = await startKafkaBroker({ advertisedPort: proxy.port })
    proxy.target = { host: broker.host, port: broker.port }
  })
  after(async () => {
    await broker?.stop()
    await proxy?.[Symbol.asyncDispose]()
  })
  const open = () => openKafkaEventLog({ brokers: [`127.0.0.1:${proxy.port}`] })

  for (const [name, apiKey] of Object.entries(REQUEST)) {
    for (const verdict of ['before', 'after'] as const) {
      test(`${verdict} a request ${name} loses and doubles nothing`, { timeout: 60_000 }, async () => {
        await using log = await open()
        const topic = `cut.${name}.${verdict}`
        await log.createTopics([{ name: topic, partitions: PARTITIONS }])
        let asked = 0
        const cutsBefore = proxy.cuts
        // The first of them and every fourth; of a fetch every twentieth, since cutting all would leave nothing.
        const every = apiKey === REQUEST.fetch ? 20 : 4
        proxy.judge = key => (key === apiKey && asked++ % every === 0 ? verdict : null)
        try {
          const abort = new AbortController()
          const follower = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
          const writer = await log.openWriter(topic)
          const acknowledged = new Map<string, string>()
          for (const i of range(12)) {
            const plain = await log.append(
              topic,
              range(4).map(k => ({ value: `p:${i * 4 + k}` })),
            )
            for (const [k, { partition, offset }] of plain.entries())
              acknowledged.set(`p:${i * 4 + k}`, `${partition}:${offset}`)
            const [fenced] = await writer.append([
              { topic, records: range(2).map(k => ({ value: `w:${i * 2 + k}` })), partition: i % 3 },
            ])
            for (const [k, { partition, offset }] of fenced!.entries())
              acknowledged.set(`w:${i * 2 + k}`, `${partition}:${offset}`)
          }
          await until('the follower', () => follower.records.length >= 72)
          abort.abort()
          await follower.done
          assert.ok(proxy.cuts > cutsBefore)
          proxy.judge = () => null
          assert.equal((await audit(log, topic, acknowledged)).size, 72)
          assert.equal(new Set(values(follower.records)).size, 72)
          assert.equal(follower.records.length, 72)
        } finally {
          proxy.judge = () => null
        }
      })
    }
  }
})

describe('the fence of a writer', () => {
  let broker: KafkaBroker
  before(async () => {
    broker = await startKafkaBroker({ version: '3.9.2' })
  })
  after(() => broker?.stop())

  test('holds back for good what a predecessor in another process had begun', {
    timeout: 60_000,
  }, async () => {
    await using log = await openKafkaEventLog({ brokers: broker.brokers, topicPrefix: 'ours.' })
    const topic = 'fenced'
    await log.createTopics([{ name: topic, partitions: 1 }])
    const kafka = new Kafka({
      brokers: [...broker.brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 1 },
    })
    const producer = kafka.producer({
      transactionalId: 'ours.session',
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: `ours.${topic}`, messages: [{ value: 'begun' }] })
    await log.append(topic, [{ value: 'plain' }])
    assert.deepEqual(values((await drain(log.read(topic, { from: 'earliest' }))).records), [])

    await using writer = await log.openWriter('session')
    assert.deepEqual(values((await drain(log.read(topic, { from: 'earliest' }))).records), ['plain'])
    await assert.rejects(transaction.commit())
    await assert.rejects(transaction.send({ topic: `ours.${topic}`, messages: [{ value: 'late' }] }))
    await producer.disconnect()
    await writer.append([{ topic, records: [{ value: 'after' }] }])
    assert.deepEqual(values((await drain(log.read(topic, { from: 'earliest' }))).records), ['plain', 'after'])
  })

  test('lets one of two that open it at the same time go on', { timeout: 60_000 }, async () => {
    await using one = await openKafkaEventLog({ brokers: broker.brokers })
    await using other = await openKafkaEventLog({ brokers: broker.brokers })
    const topic = 'raced'
    await one.createTopics([{ name: topic, partitions: 1 }])
    const counts = { acknowledged: 0, fenced: 0 }
    for (const round of range(5)) {
      const writers = await Promise.all([one.openWriter('raced'), other.openWriter('raced')])
      const outcomes = await Promise.allSettled(
        writers.map((writer, i) => writer.append([{ topic, records: [{ value: `${round}:${i}` }] }])),
      )
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') counts.acknowledged += 1
        else {
          assert.equal(outcome.reason.code, 'WRITER_FENCED')
          counts.fenced += 1
        }
      }
    }
    assert.deepEqual(counts, { acknowledged: 5, fenced: 5 })
    assert.equal((await drain(one.read(topic, { from: 'earliest' }))).records.length, 5)
  })

  test('a topic that is deleted ends its readers and refuses appends', { timeout: 60_000 }, async () => {
    await using log = await openKafkaEventLog({ brokers: broker.brokers })
    const topic = 'deleted'
    await log.createTopics([{ name: topic, partitions: 1 }])
    await log.append(topic, numbered(1))
    const follower = collect(log.follow(topic, { from: 'earliest' }))
    await until('the record', () => follower.records.length === 1)
    const admin = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
    await assert.rejects(follower.done, { code: 'UNKNOWN_TOPIC' })
    await assert.rejects(log.append(topic, numbered(1)), { code: 'UNKNOWN_TOPIC' })
  })
})
