import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Lake } from '#ports/lake.ts'
import { openSink } from '#subgraphs/sql/sink/open-sink.ts'
import { lakeTablesOf } from '#subgraphs/sql/tables/lake-tables.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { tfd } from '#use-cases/tfd.ts'
import { auditTables } from './audit-tables.ts'
import { madeRecords } from './made-records.ts'
import { openPlatform } from './open-platform.ts'

const BATCHES = 20

test('the audit of tables sees a row of no record, a record without a row, and a row that is there twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sink-audit-'))
  try {
    await using platform = await openPlatform({ directory })
    const { log, lake, cache } = platform
    await log.createTopics(topicSpecsOf(tfd))
    const batches = madeRecords('audit', [tfd])
    for (let batch = 0; batch < BATCHES; batch++) {
      const { topic, records } = batches.next().value ?? assert.fail()
      await log.append(topic, records)
    }
    {
      await using sink = await openSink({
        log,
        lake,
        cache,
        useCases: [tfd],
        instance: 'test',
        logger: { info() {}, warn: assert.fail, error: assert.fail },
      })
      await sink.flush()
    }
    const { rows } = await auditTables(log, lake, tfd)
    assert.ok(rows > 100, `${rows} rows`)

    const [first] = await firstRecord(log, tfd.topic)
    assert.ok(first)
    const { events } = lakeTablesOf(tfd)
    const row = events.rowOf(first) ?? assert.fail()
    // Each fault is met before the ones that came earlier.
    const foreign = Buffer.from(row)
      .toString()
      .replace(/"_offset":\d+/, '"_offset":1000000')
    await addRow(lake, Buffer.from(foreign))
    await assert.rejects(auditTables(log, lake, tfd), { message: new RegExp(`^${tfd.topic}: rows`) })
    await log.append(tfd.topic, [{ value: '{' }])
    await assert.rejects(auditTables(log, lake, tfd), /in quarantine: 0 rows, 1 wanted/)
    await addRow(lake, row)
    await assert.rejects(auditTables(log, lake, tfd), /: 2 rows, 1 wanted/)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

async function firstRecord(log: Awaited<ReturnType<typeof openPlatform>>['log'], topic: string) {
  for await (const { records } of log.read(topic, { from: 'earliest' })) if (records[0]) return records
  return []
}

async function addRow(lake: Lake, row: Uint8Array): Promise<void> {
  const table = (await lake.open(tfd.topic)) ?? assert.fail()
  await table.append({ rows: [row], rowCount: 1 })
}
