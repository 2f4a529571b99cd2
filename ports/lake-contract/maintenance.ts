import assert from 'node:assert/strict'
import { append, type Bench, code, events, eventsSpec, idsOf, rowsOf } from './bench.ts'

const DAY = 86_400_000

export const maintenanceSpecifications = ({ specification }: Bench): void => {
  specification('merges small files of a partition without changing a row', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 9; i++) await append(table, events(10 * i, 10, i === 4 ? '2026-01-04' : '2026-01-05'))
    const before = await table.snapshot()
    const rows = await rowsOf(table)
    const commit = await table.compact()
    assert.deepEqual([commit?.version, commit?.files, commit?.rowCount], [10, 1, 80])
    const after = await table.snapshot()
    assert.deepEqual([after.files.length, after.rowCount], [2, 90])
    assert.deepEqual(await rowsOf(table), rows)
    assert.equal(await table.compact(), null)
    const [version] = await table.history({ limit: 1 })
    assert.deepEqual(
      [version?.operation, version?.addedFiles, version?.removedFiles, version?.addedRows],
      ['OPTIMIZE', 1, 8, 0],
    )
    assert.deepEqual(await rowsOf(table, {}, before), rows)
  })

  specification('keeps the order of rows and their statistics', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 8; i++) await append(table, events(100 * i, 100))
    await table.compact()
    const snapshot = await table.snapshot()
    const ids: unknown[] = []
    for await (const { columns } of table.scan(snapshot, { columns: ['id'] }))
      ids.push(...(columns['id'] ?? []))
    assert.deepEqual(ids, ids.toSorted())
    const [{ stats } = { stats: null }] = snapshot.files
    assert.deepEqual(
      [stats?.rowCount, stats?.min['position'], stats?.max['position'], stats?.nullCount['id']],
      [800, 0, 799, 0],
    )
  })

  specification('appends go on while files are merged', async ({ lake, another }) => {
    const table = await lake.ensureTable(eventsSpec)
    const other = await (await another()).ensureTable(eventsSpec)
    for (let i = 0; i < 8; i++) await append(table, events(10 * i, 10))
    const [commit] = await Promise.all([
      table.compact(),
      append(other, events(80, 10)),
      append(table, events(90, 10)),
      other.compact().catch(code('LAKE_TRANSACTION_CONFLICT')),
    ])
    assert.ok(commit !== undefined)
    assert.equal((await idsOf(table)).length, 100)
    assert.ok((await table.snapshot()).files.length <= 4)
  })

  specification('a partition at rest becomes one file', async ({ another }) => {
    let now = Date.parse('2026-01-05T12:00:00Z')
    const table = await (await another(() => now)).ensureTable(eventsSpec)
    for (let i = 0; i < 3; i++) await append(table, events(10 * i, 10))
    assert.equal(await table.compact(), null)
    now += DAY
    assert.equal((await table.compact())?.files, 1)
    assert.equal((await table.snapshot()).files.length, 1)
    assert.equal(await table.compact(), null)
  })

  specification(
    'vacuum deletes what no version within the retention names, and nothing else',
    async ({ another }) => {
      let now = Date.now()
      const table = await (await another(() => now)).ensureTable(eventsSpec)
      for (let i = 0; i < 6; i++) await append(table, events(10 * i, 10))
      const before = await table.snapshot()
      await table.compact({ minFiles: 6 })
      assert.deepEqual(await table.vacuum({ retentionMs: DAY }), { files: 0, sizeBytes: 0 })
      assert.equal((await idsOf(table, {}, before)).length, 60)
      now += 2 * DAY
      await append(table, events(60, 10))
      const deleted = await table.vacuum({ retentionMs: DAY })
      assert.deepEqual(deleted, { files: 6, sizeBytes: before.sizeBytes })
      assert.equal((await idsOf(table)).length, 70)
      await assert.rejects(idsOf(table, {}, before), code('LAKE_VERSION_UNKNOWN'))
      assert.deepEqual(await table.vacuum({ retentionMs: DAY }), { files: 0, sizeBytes: 0 })
    },
  )

  specification('closing ends what runs', async ({ another }) => {
    const lake = await another()
    const table = await lake.ensureTable(eventsSpec)
    await append(table, events(0, 20_000))
    const rows = table.scan(await table.snapshot())[Symbol.asyncIterator]()
    assert.equal((await rows.next()).done, false)
    const appended = append(table, events(20_000, 10)).then(
      () => null,
      (error: unknown) => error,
    )
    await lake[Symbol.asyncDispose]()
    await assert.rejects(rows.next(), code('LAKE_CLOSED'))
    const failure = await appended
    if (failure !== null) code('LAKE_CLOSED')(failure)
  })

  specification('is refused after the lake was closed', async ({ another }) => {
    const lake = await another()
    const table = await lake.ensureTable(eventsSpec)
    await append(table, events(0, 1))
    const snapshot = await table.snapshot()
    await lake[Symbol.asyncDispose]()
    await lake[Symbol.asyncDispose]()
    await assert.rejects(lake.ensureTable(eventsSpec), code('LAKE_CLOSED'))
    await assert.rejects(append(table, events(1, 1)), code('LAKE_CLOSED'))
    await assert.rejects(idsOf(table, {}, snapshot), code('LAKE_CLOSED'))
  })
}
