import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog, TopicSpec } from '#ports/event-log.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { testSettings } from '#use-cases/test-sources.ts'
import { tfd } from '#use-cases/tfd.ts'
import { openSink, type Sink, type SinkOptions } from './open-sink.ts'
import { createTestLake, type TestLake } from './test-lake.ts'

export const TOPIC = tfd.topic
export const QUARANTINE = `${TOPIC}.quarantine`

/** A sink of the TFD tables with everything in memory. */
export interface SinkBench extends AsyncDisposable {
  log: EventLog
  lake: TestLake
  notices: string[]
  open(options?: Partial<SinkOptions>): Promise<Sink>
  /** Appends so many valid events, as the generator makes them. */
  produce(count: number): Promise<void>
  /** Fails unless table and quarantine together hold every record of the events once. */
  audit(): Promise<{ rows: number; quarantined: number }>
}

export async function createSinkBench({
  retention = {},
}: {
  retention?: Partial<TopicSpec>
} = {}): Promise<SinkBench> {
  await using opened = new AsyncDisposableStack()
  const log = opened.use(createMemoryEventLog())
  const cache = opened.use(createMemoryCache())
  const lake = createTestLake()
  const notices: string[] = []
  const note = (message: string) => void notices.push(message)
  const generator = tfd.generate(testSettings({ mode: 'parity' }))
  await log.createTopics(topicSpecsOf(tfd).map(spec => ({ ...spec, ...retention })))
  const owned = opened.move()

  return {
    log,
    lake,
    notices,
    open: options =>
      openSink({
        log,
        lake,
        cache,
        useCases: [tfd],
        instance: 'test',
        limits: { seconds: 0.05 },
        logger: { info: note, warn: note, error: note },
        timing: { leaseMs: 300, renewMs: 50, lookMs: 20 },
        ...options,
      }),
    async produce(count) {
      const values: string[] = []
      while (values.length < count) {
        const item = generator.next()
        if (item.kind === 'event') values.push(JSON.stringify(item.record))
      }
      await log.append(
        TOPIC,
        values.map(value => ({ value })),
      )
    },
    async audit() {
      const wanted = new Set<string>()
      for await (const { records } of log.read(TOPIC, { from: 'earliest' }))
        for (const { partition, offset } of records) wanted.add(`${partition}/${offset}`)
      const place = (row: Readonly<Record<string, unknown>>) => `${row['_partition']}/${row['_offset']}`
      const rows = lake.table(TOPIC).rows().map(place)
      const quarantined = lake
        .table(QUARANTINE)
        .rows()
        .filter(row => row['_topic'] === TOPIC)
        .map(place)
      const found = [...rows, ...quarantined]
      assert.equal(new Set(found).size, found.length, 'no record is there twice')
      assert.deepEqual(found.sort(), [...wanted].sort())
      return { rows: rows.length, quarantined: quarantined.length }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!done()) {
    if (performance.now() > deadline) assert.fail(`Waited 5 s for ${what}.`)
    await sleep(2)
  }
}
