import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openKafkaEventLog } from '#adapters/event-log/kafka.ts'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { createRandom } from '#learn/math/random.ts'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import type { Lake, LakeTable } from '#ports/lake.ts'
import { openSink } from '#subgraphs/sql/sink/open-sink.ts'
import { lakeTablesOf } from '#subgraphs/sql/tables/lake-tables.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { runSparkJob } from './support/run-spark-job.ts'

const useCase = tfd as UseCase
const { events, labels, quarantine } = lakeTablesOf(useCase)
const EVENTS = 6000
/** One record in so many is none. */
const RUBBISH_EVERY = 500
const PATIENCE = 240_000

describe('Spark fills the tables of the sink', { timeout: 900_000 }, () => {
  let scratch: string
  let broker: KafkaBroker
  let log: EventLog
  let lake: Lake
  const opened = new AsyncDisposableStack()
  const generator = useCase.generate({
    mode: 'parity',
    options: {},
    random: createRandom('spark'),
    faker: {
      internet: { userAgent: () => 'Mozilla/5.0 “Gecko”', ipv4: () => '192.0.2.1' },
      word: { noun: () => 'lamp' },
    },
    startMs: Date.UTC(2026, 0, 5, 23, 50),
  })

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'spark-jobs-'))
    broker = opened.use(await startKafkaBroker())
    log = opened.use(await openKafkaEventLog({ brokers: broker.brokers }))
    const objects = opened.use(await openFileObjects({ directory: join(scratch, 'lake') }))
    lake = opened.use(await openDeltaLake({ objects, workDirectory: join(scratch, 'work') }))
    await log.createTopics(topicSpecsOf(useCase))
    for (const { spec } of [events, quarantine]) await lake.ensureTable(spec)
  })
  after(async () => {
    await opened.disposeAsync()
    await rm(scratch, { recursive: true, force: true })
  })

  const ingest = (checkpoint: string) =>
    runSparkJob('ingest.py', [
      `--brokers=${broker.brokers.join(',')}`,
      `--lake=${join(scratch, 'lake')}`,
      `--table=${events.spec.name}`,
      `--checkpoint=${join(scratch, checkpoint)}`,
      '--max-records=1000',
      '--once',
    ])

  test('a job that is killed twice in the middle has every record once when it is run again', async () => {
    await produce(EVENTS)
    const table = (await lake.open(events.spec.name)) as LakeTable
    for (let kill = 0; kill < 2; kill++) {
      const { version } = await table.snapshot()
      const job = await ingest('first')
      const ended = job.ended.then(({ errors }) =>
        assert.fail(`The job ended before it was killed.\n${errors}`),
      )
      await Promise.race([ended, grown(table, version)])
      ended.catch(() => undefined)
      // Between two commits, at whatever it does there.
      await sleep(150 + kill * 300)
      job.kill()
      await job.ended
    }
    await finish(await ingest('first'))
    await everyRecordOnce()
  })

  test('the sink goes on where Spark ended, and Spark with an old or a new checkpoint where the sink ended', async () => {
    await produce(1000)
    for (let partition = 0; partition < 3; partition++) {
      const rubbish = Array.from({ length: EVENTS * 2 }, () => ({ value: '?' }))
      await log.append(labels.topic, rubbish, { partition })
    }
    const sink = await openSink({
      log,
      lake,
      cache: createMemoryCache(),
      useCases: [useCase],
      instance: 'test',
      limits: { seconds: 1 },
      logger: { info: () => {}, warn: () => {}, error: message => assert.fail(message) },
    })
    await sink.flush()
    await sink[Symbol.asyncDispose]()
    await everyRecordOnce()

    // Neither what others have quarantined, further on, nor what an old checkpoint thinks may move a job.
    await produce(1000)
    await finish(await ingest('first'))
    await everyRecordOnce()
    await produce(500)
    await finish(await ingest('second'))
    await everyRecordOnce()
  })

  test('daily features per entity equal what the rows say, also when the job is run again', async () => {
    const rows = await read(await opening(events.spec.name))
    const amounts = new Map<string, number[]>()
    for (const row of rows) {
      const day = `${row[useCase.key]} ${row['event_date']}`
      amounts.set(day, [...(amounts.get(day) ?? []), row['amount'] as number])
    }
    assert.ok(new Set(rows.map(row => row['event_date'])).size >= 2)
    for (let run = 0; run < 2; run++) {
      await finish(
        await runSparkJob('features.py', [`--lake=${join(scratch, 'lake')}`, `--table=${events.spec.name}`]),
      )
      const features = await read(await opening(`${events.spec.name}.entity_daily`))
      assert.equal(features.length, amounts.size)
      for (const feature of features) {
        const found = amounts.get(`${feature['entity']} ${feature['event_date']}`)
        assert.ok(found)
        assert.equal(feature['events'], found.length)
        assert.equal(feature['amount_max'], Math.max(...found))
        const sum = found.reduce((total, amount) => total + amount, 0)
        assert.ok(Math.abs((feature['amount_sum'] as number) - sum) < 1e-6)
      }
    }
  })

  async function produce(count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, index) => {
      if (index % RUBBISH_EVERY === 7) return { value: '{"amount": "many"' }
      if (index % RUBBISH_EVERY === 8) return { value: Buffer.from([0xff, 0xfe, 0x00]) }
      const { key, record } = generator.next()
      return { key, value: JSON.stringify(record) }
    })
    await log.append(events.topic, records)
  }

  async function grown(table: LakeTable, version: number): Promise<void> {
    const deadline = Date.now() + PATIENCE
    while ((await table.snapshot()).version === version) {
      assert.ok(Date.now() < deadline, `Version ${version} is still the newest after ${PATIENCE} ms.`)
      await sleep(50)
    }
  }

  async function opening(name: string): Promise<LakeTable> {
    const table = await lake.open(name)
    assert.ok(table, `there is a table ${name}`)
    return table
  }

  /** Rows and quarantine together are the log, each record once, with the values that the sink would have written. */
  async function everyRecordOnce(): Promise<void> {
    const wanted: Record<string, unknown>[] = []
    const refused: string[] = []
    for await (const { records } of log.read(events.topic, { from: 'earliest' })) {
      for (const record of records) {
        const row = events.rowOf(record)
        if (row) wanted.push(JSON.parse(Buffer.from(row).toString()))
        else refused.push(placeOf(record))
      }
    }
    const rows = await read(await opening(events.spec.name))
    const place = (row: Record<string, unknown>) => `${row['_partition']}/${row['_offset']}`
    const byPlace = (a: Record<string, unknown>, b: Record<string, unknown>) => (place(a) < place(b) ? -1 : 1)
    assert.equal(rows.length, wanted.length)
    assert.deepEqual(rows.map(unified).sort(byPlace), wanted.map(unified).sort(byPlace))

    const kept = (await read(await opening(quarantine.spec.name))).filter(
      row => row['_topic'] === events.topic,
    )
    assert.deepEqual(kept.map(place).sort(), refused.sort())
    for (const { text, base64 } of kept) assert.ok(text === '{"amount": "many"' || base64 === '//4A')
  }
})

const placeOf = ({ partition, offset }: LogRecord): string => `${partition}/${offset}`

async function finish({ ended }: { ended: Promise<{ code: number | null; errors: string }> }): Promise<void> {
  const { code, errors } = await ended
  assert.equal(code, 0, errors)
}

async function read(table: LakeTable): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const { rowCount, columns } of table.scan(await table.snapshot())) {
    const entries = Object.entries(columns)
    for (let index = 0; index < rowCount; index++) {
      rows.push(Object.fromEntries(entries.map(([name, values]) => [name, values[index]])))
    }
  }
  return rows
}

/** Instants without regard to how many digits an engine writes, and without columns that are null. */
function unified(row: Record<string, unknown>): Record<string, unknown> {
  const isInstant = (value: unknown): value is string =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/.test(value)
  const entries = Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      if (!isInstant(value)) return [name, value]
      const micros = /\.(\d+)/.exec(value)?.[1] ?? ''
      return [name, `${value.slice(0, 19).replace(' ', 'T')}.${micros.padEnd(6, '0')}Z`]
    })
  return Object.fromEntries(entries)
}
