import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { KAFKA_VERSIONS } from '#engines/install-kafka.ts'
import { requirePython } from '#engines/install-python.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { runKafkaTool } from '#engines/kafka-tool.ts'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import { drain, values } from '#ports/event-log-contract/bench.ts'

const PRODUCER = join(import.meta.dirname, 'kafka-producer.py')
const EVENTS = 300

interface Sent {
  place: string
  key: string | null
  value: string
  headers: Record<string, string>
  timestamp: number
}

const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('hex')
const asSent = ({ partition, offset, key, value, headers, timestamp }: LogRecord): Sent => ({
  place: `${partition}:${offset}`,
  key: hex(key),
  value: hex(value)!,
  headers: { ...headers },
  timestamp,
})
const byPlace = (a: Sent, b: Sent) => (a.place < b.place ? -1 : 1)

for (const version of KAFKA_VERSIONS) {
  describe(`beside foreign clients of Kafka ${version}, the adapter`, () => {
    let broker: KafkaBroker
    let log: EventLog
    before(async () => {
      broker = await startKafkaBroker({ version })
      log = await openKafkaEventLog({ brokers: broker.brokers })
    })
    after(async () => {
      await log?.[Symbol.asyncDispose]()
      await broker?.stop()
    })
    const produce = async (topic: string, kind: 'plain' | 'keyed'): Promise<Sent[]> => {
      const args = [PRODUCER, broker.brokers[0]!, topic, String(EVENTS), kind]
      const { stdout } = await promisify(execFile)(await requirePython(), args, { maxBuffer: 2 ** 26 })
      return stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    }

    for (const kind of ['plain', 'keyed'] as const) {
      test(`reads a Python producer's ${kind} events byte for byte`, { timeout: 60_000 }, async () => {
        const topic = `python.${kind}`
        await log.createTopics([{ name: topic, partitions: 3 }])
        const sent = await produce(topic, kind)
        assert.equal(sent.length, EVENTS)
        const { records } = await drain(log.read(topic, { from: 'earliest' }))
        assert.deepEqual(records.map(asSent).sort(byPlace), sent.toSorted(byPlace))
        for (const { value } of records)
          assert.equal(typeof JSON.parse(Buffer.from(value).toString()).amount, 'number')
        if (kind === 'plain') return

        // The same keys go to the same partitions from here.
        const positions = await log.append(
          topic,
          sent.map(({ key }) => ({ key: Buffer.from(key!, 'hex'), value: 'x' })),
        )
        assert.deepEqual(
          positions.map(({ partition }) => String(partition)),
          sent.map(({ place }) => place.split(':')[0]),
        )
      })
    }

    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'])
      test(`reads what Java's producer compresses by ${codec}`, { timeout: 60_000 }, async () => {
        const topic = `java.${codec}`
        await log.createTopics([{ name: topic, partitions: 1 }])
        const lines = Array.from(
          { length: 3000 },
          (_, i) => `${i}:${'häß 🎉 '.repeat(i % 40)}${(i * 2654435761) % 4294967296}`,
        )
        await runKafkaTool(
          'kafka.tools.ConsoleProducer',
          [
            '--bootstrap-server',
            broker.brokers[0]!,
            '--topic',
            topic,
            '--compression-codec',
            codec,
            '--batch-size',
            '200000',
          ],
          `${lines.join('\n')}\n`,
        )
        assert.deepEqual(values((await drain(log.read(topic, { from: 'earliest' }))).records), lines)
      })

    test("is read by Java's console consumer, compressed, fenced and all", { timeout: 60_000 }, async () => {
      const topic = 'console'
      await log.createTopics([{ name: topic, partitions: 1 }])
      const long = Array.from({ length: 200 }, (_, i) => ({
        key: `key ${i}`,
        value: `${i} ${'häß 🎉 '.repeat(50)}`,
        headers: { traceparent: `00-${i}` },
        timestamp: 1_700_000_000_000 + i,
      }))
      await log.append(topic, long)
      await using writer = await log.openWriter('console')
      await writer.append([{ topic, records: [{ value: 'fenced' }, { key: 'k', value: '' }] }])
      const printed = await runKafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        '--bootstrap-server',
        broker.brokers[0]!,
        '--topic',
        topic,
        '--from-beginning',
        '--isolation-level',
        'read_committed',
        '--max-messages',
        '202',
        '--timeout-ms',
        '20000',
        ...['timestamp', 'key', 'headers'].flatMap(what => ['--property', `print.${what}=true`]),
      ])
      const lines = printed.split('\n').filter(line => line.startsWith('CreateTime:'))
      assert.deepEqual(
        lines.slice(0, 200),
        long.map(
          ({ key, value, headers, timestamp }) =>
            `CreateTime:${timestamp}\ttraceparent:${headers.traceparent}\t${key}\t${value}`,
        ),
      )
      assert.deepEqual(
        lines.slice(200).map(line => line.replace(/^CreateTime:\d+\t/, '')),
        ['NO_HEADERS\tnull\tfenced', 'NO_HEADERS\tk\t'],
      )
    })

    test('shares a group with a Java consumer, which finds what it committed', {
      timeout: 60_000,
    }, async () => {
      const topic = 'grouped'
      await log.createTopics([{ name: topic, partitions: 1 }])
      await log.append(
        topic,
        Array.from({ length: 10 }, (_, i) => ({ value: `v${i}` })),
      )
      await log.commit(topic, 'shared', [6])
      const printed = await runKafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        '--bootstrap-server',
        broker.brokers[0]!,
        '--topic',
        topic,
        '--group',
        'shared',
        '--max-messages',
        '3',
        '--timeout-ms',
        '20000',
      ])
      assert.deepEqual(printed.trim().split('\n'), ['v6', 'v7', 'v8'])
      const [lag] = await log.groups(topic)
      assert.deepEqual([lag?.group, lag?.partitions[0]?.committed, lag?.totalLag], ['shared', 9, 1])
    })
  })
}
