import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import type { LogRecord } from '#ports/event-log.ts'
import { lakeTablesOf } from '#subgraphs/sql/tables/lake-tables.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { tfd } from '#use-cases/tfd.ts'
import { drainAndAudit } from './drain-and-audit.ts'
import { madeRecords } from './made-records.ts'
import { openPlatform } from './open-platform.ts'

const { events } = lakeTablesOf(tfd)

test('rows that another engine took from the same topic are not added again, and what it left out is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sink-foreign-'))
  const batches = madeRecords('foreign', [tfd], 60)
  const produce = async () => {
    await using platform = await openPlatform({ directory })
    await platform.log.createTopics(topicSpecsOf(tfd))
    for (let batch = 0; batch < 12; batch++) {
      const { topic, records } = batches.next().value ?? assert.fail()
      await platform.log.append(topic, records)
    }
  }
  try {
    await produce()
    const { rows: before } = await drainAndAudit({ directory }, [tfd])
    await produce()
    const added = await addAsSpark(directory)
    assert.ok(added > 20, `${added} rows`)
    const { rows } = await drainAndAudit({ directory }, [tfd])
    assert.ok(rows > before + added, `${rows} rows after ${before} and ${added}`)
    await produce()
    await drainAndAudit({ directory }, [tfd])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

/** Half of the newer half of the topic, as an engine with another name; returns how many rows. */
async function addAsSpark(directory: string): Promise<number> {
  const records: LogRecord[] = []
  {
    await using platform = await openPlatform({ directory })
    for await (const batch of platform.log.read(events.topic, { from: 'earliest' }))
      records.push(...batch.records)
  }
  await using objects = await openFileObjects({ directory: join(directory, 'lake') })
  await using lake = await openDeltaLake({
    objects,
    workDirectory: join(directory, 'work'),
    engineName: 'Apache-Spark/4.0.1 Delta-Lake/4.0.0',
  })
  const table = (await lake.open(events.topic)) ?? assert.fail()
  const { transactions } = await table.snapshot()
  const rows = records
    .filter(({ partition, offset }) => offset > (transactions.get(`sink:${events.topic}:${partition}`) ?? -1))
    .flatMap(record => (record.offset % 4 < 2 ? (events.rowOf(record) ?? []) : []))
  await table.append({
    rows,
    rowCount: rows.length,
    transactions: [{ appId: 'spark:transaction_fraud_detection', version: 1, expected: null }],
  })
  return rows.length
}
