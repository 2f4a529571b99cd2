import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { openControl } from '#adapters/control/log-control.ts'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import type { EventLog } from '#ports/event-log.ts'
import { type Incremental, openIncremental } from '#subgraphs/incremental/open-incremental.ts'
import { parseOrderRecord } from '#subgraphs/incremental/session/order-record.ts'
import type { SessionRecord } from '#subgraphs/incremental/session/session-record.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'

// What releases left when they were killed: their topics, one checkpoint of each session and records after it.
const RELEASES = ['0.1.0', '0.6.0']

interface Left {
  topics: Record<
    string,
    {
      partitions: number
      records: [partition: number, timestamp: number, key: string | null, value: string][]
    }
  >
  checkpoints: Record<string, string>
  progress: Record<string, { sequence: number; labelled: number; source: number[]; labels: number[] }>
  metrics: Record<string, { name: string; value: number | null; n: number }[]>
}

async function leftBy(release: string): Promise<Left> {
  const file = new URL(`./platform-${release}.json.gz`, import.meta.url)
  return JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as Left
}

async function restoreLog(left: Left): Promise<EventLog> {
  const log = createMemoryEventLog()
  for (const [name, { partitions, records }] of Object.entries(left.topics)) {
    await log.createTopics([{ name, partitions, compacted: name === 'platform.control' }])
    for (const [partition, timestamp, key, value] of records) {
      await log.append(name, [{ key, value, timestamp }], { partition })
    }
  }
  return log
}

async function withPlatform(
  left: Left,
  run: (platform: { incremental: Incremental; log: EventLog; notices: string[] }) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'previous-release-'))
  for (const [path, base64] of Object.entries(left.checkpoints)) {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, Buffer.from(base64, 'base64'))
  }
  const notices: string[] = []
  try {
    await using log = await restoreLog(left)
    await using control = await openControl(log)
    await using incremental = await openIncremental({
      useCases,
      log,
      cache: createMemoryCache(),
      control,
      checkpointsIn: { directory },
      indexDir: directory,
      seed: '42',
      producers: {
        status: () => undefined,
        change: () => Promise.reject(new Error()),
        drift: () => Promise.reject(new Error()),
      },
      notice: (_, message) => notices.push(message),
    })
    await run({ incremental, log, notices })
  } finally {
    await rm(directory, { recursive: true })
  }
}

for (const release of RELEASES) {
  const left = await leftBy(release)

  test(`sessions of ${release} go on from its checkpoints, with the figures that it had`, async () => {
    await withPlatform(left, async ({ incremental, notices }) => {
      const { sessions } = incremental.services
      await sessions.restore()
      for (const { id } of useCases) {
        await sessions.runner(id)?.live
        const { sequence, labelled, source, labels } = sessions.current(id)?.progress ?? assert.fail()
        const wanted = left.progress[id]
        assert.deepEqual(
          { sequence, labelled, source, labels },
          {
            sequence: wanted?.sequence,
            labelled: wanted?.labelled,
            source: wanted?.source,
            labels: wanted?.labels,
          },
        )
        for (const { name, value, n } of left.metrics[id] ?? []) {
          const metric = sessions.current(id)?.metrics.find(candidate => candidate.name === name)
          assert.deepEqual([name, metric?.value, metric?.n], [name, value, n])
        }
      }
      // Learners have become better since and would say something else, but what was published counts; clusters are as they were.
      const told = notices.filter(text => text.includes('differ'))
      assert.ok(
        told.every(text => /^(TFD|ETA): .* which count\.$/.test(text)),
        told.join(' '),
      )
    })
  })

  test(`nothing that ${release} published is published again`, async () => {
    await withPlatform(left, async ({ incremental, log }) => {
      const { sessions } = incremental.services
      await sessions.restore()
      for (const { id } of useCases) await sessions.runner(id)?.live
      for (const useCase of useCases) {
        const topic = topicsOf(useCase).predictions
        const [info] = await log.topics([topic])
        const count = info?.partitions.reduce((sum, { end }) => sum + end, 0)
        assert.equal(count, left.topics[topic]?.records.length)
      }
    })
  })

  test(`what this release writes has everything that ${release} reads`, async () => {
    await withPlatform(left, async ({ incremental, log }) => {
      const { sessions } = incremental.services
      await sessions.restore()
      const [useCase = assert.fail()] = useCases
      const topics = topicsOf(useCase)
      const [, , key, event] = left.topics[topics.events]?.records[0] ?? assert.fail()
      const fresh = { ...(JSON.parse(event) as object), transaction_id: 'of-this-release' }
      const before = sessions.current(useCase.id)?.progress?.sequence ?? 0
      await sessions.runner(useCase.id)?.live
      await log.append(topics.events, [{ key, value: JSON.stringify(fresh) }])
      while ((sessions.current(useCase.id)?.progress?.sequence ?? 0) <= before) {
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      for (const name of [topics.predictions, topics.metrics, 'platform.control']) {
        const old = left.topics[name]?.records.map(([, , , value]) => value) ?? []
        const now: string[] = []
        for await (const { records } of log.read(name, { from: 'earliest' })) {
          for (const { value } of records) now.push(new TextDecoder().decode(value))
        }
        const [theirs, ours] = [old, now].map(values => fieldsByKind(values))
        for (const [kind, fields] of Object.entries(theirs ?? {})) {
          const missing = [...fields].filter(field => !ours?.[kind]?.has(field))
          assert.deepEqual(missing, [], `${name}, ${kind}`)
        }
      }
    })
  })

  test(`a record of a later version than ${release} wrote is left alone`, async () => {
    await withPlatform(left, async ({ incremental, log }) => {
      const { sessions } = incremental.services
      const { id } = sessions.current('TFD')?.record ?? assert.fail()
      const later = { v: 2, id: 'later', useCase: 'TFD', ordinal: 99 } as unknown as SessionRecord
      await log.append('platform.control', [{ key: 'session/later', value: JSON.stringify(later) }])
      await sessions.restore()
      assert.equal(sessions.current('TFD')?.record.id, id)
    })
  })
}

/** Fields that every record of a kind has. */
function fieldsByKind(values: readonly string[]): Record<string, Set<string>> {
  const found: Record<string, Set<string>> = {}
  for (const text of values) {
    const record = JSON.parse(text) as Record<string, unknown>
    const kind = 'ordinal' in record ? 'session' : String(record['kind'] ?? 'record')
    if (kind === 'labels' || kind === 'prediction') parseOrderRecord(new TextEncoder().encode(text))
    const known = found[kind]
    found[kind] = new Set(Object.keys(record).filter(field => !known || known.has(field)))
  }
  return found
}
