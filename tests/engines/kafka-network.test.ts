import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { freePort } from '#engines/free-port.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { startTcpProxy, type TcpProxy } from '#engines/tcp-proxy.ts'
import type { EventLog } from '#ports/event-log.ts'
import { collect, drain, until, values } from '#ports/event-log-contract/bench.ts'

const RESETS = 12

describe('Kafka behind a bad network', () => {
  let proxy: TcpProxy
  let broker: KafkaBroker
  let log: EventLog
  before(async () => {
    const port = await freePort()
    broker = await startKafkaBroker({ advertisedPort: port })
    proxy = await startTcpProxy({ target: { host: broker.host, port: broker.port }, port })
    log = await openKafkaEventLog({ brokers: [`127.0.0.1:${port}`] })
  })
  after(async () => {
    await log?.[Symbol.asyncDispose]()
    await proxy?.stop()
    await broker?.stop()
  })

  /** Appends plainly and by a writer while the network is bad, with a follower beside; every text has to be there once, in order. */
  const survives = async (topic: string, whileItIsBad: () => Promise<void>) => {
    await log.createTopics([{ name: topic, partitions: 1 }])
    const abort = new AbortController()
    const follower = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
    await using writer = await log.openWriter(topic)
    const texts: string[] = []
    let stopped = false
    const append = async (prefix: string, send: (value: string) => Promise<unknown>) => {
      for (let i = 0; !stopped; i++) {
        const value = `${prefix}:${i}`
        await send(value)
        texts.push(value)
      }
    }
    const appending = Promise.all([
      append('plain', value => log.append(topic, [{ value }])),
      append('fenced', value => writer.append([{ topic, records: [{ value }] }])),
    ])
    await sleep(200)
    await whileItIsBad()
    const before = texts.length
    await until('appends to go on', () => texts.length > before + 4)
    stopped = true
    await appending
    const found = values((await drain(log.read(topic, { from: 'earliest' }))).records).map(String)
    assert.deepEqual(found.toSorted(), texts.toSorted())
    for (const prefix of ['plain', 'fenced']) {
      const own = found.filter(text => text.startsWith(prefix))
      assert.deepEqual(
        own,
        own.map((_, i) => `${prefix}:${i}`),
      )
    }
    await until('the follower', () => follower.records.length >= found.length)
    abort.abort()
    await follower.done
    assert.deepEqual(values(follower.records), found)
  }

  test('slow and uneven: everything comes once and in order', { timeout: 60_000 }, () =>
    survives('slow', async () => {
      proxy.setLatency(20, 30)
      await sleep(3000)
      proxy.setLatency(0)
    }),
  )
  test(
    'resetting all connections again and again: everything comes once and in order',
    { timeout: 60_000 },
    () =>
      survives('reset', async () => {
        for (let i = 0; i < RESETS; i++) {
          proxy.reset()
          await sleep(50 + i * 20)
        }
      }),
  )
  test(
    'silent for longer than a request waits: everything comes once and in order',
    { timeout: 120_000 },
    () =>
      survives('silent', async () => {
        proxy.blackhole(true)
        await sleep(11_000)
        proxy.blackhole(false)
      }),
  )
})
