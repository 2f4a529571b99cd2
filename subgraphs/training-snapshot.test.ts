import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import type { Column, Lake, LakeTable } from '#ports/lake.ts'
import { trainingSnapshot, type TrainingSnapshotOptions } from './training-snapshot.ts'

const useCase = { id: 'TEST', topic: 'things' }
const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true })
const columns = [
  column('amount', 'double'),
  column('place', { type: 'struct', fields: [column('lat', 'double')] }),
  column('_partition', 'integer'),
  column('_offset', 'long'),
  column('_event_time', 'timestamp'),
  column('event_date', 'date'),
]

describe('a training snapshot', { concurrency: false }, () => {
  const opened = new AsyncDisposableStack()
  let lake: Lake
  let table: LakeTable
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'training-'))
    opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
    const objects = opened.use(await openFileObjects({ directory: join(folder, 'lake') }))
    lake = opened.use(await openDeltaLake({ objects, workDirectory: join(folder, 'work') }))
    table = await lake.ensureTable({ name: 'things', columns, partitionBy: ['event_date'] })
    for (let batch = 0; batch < 10; batch++) await append(batch * 20)
  })
  after(() => opened.disposeAsync())

  /** Twenty rows in two partitions; event times repeat and go back and forth over two days. */
  async function append(from: number): Promise<void> {
    const rows = Array.from({ length: 20 }, (_, i) => {
      const n = from + i
      const time = new Date(Date.UTC(2026, 0, 5) + ((n * 37) % 40) * 3_600_000).toISOString()
      return JSON.stringify({
        amount: n / 4,
        place: { lat: n },
        _partition: n % 2,
        _offset: Math.floor(n / 2),
        _event_time: time,
        event_date: time.slice(0, 10),
      })
    })
    await table.append({ rows: [Buffer.from(`${rows.join('\n')}\n`)], rowCount: rows.length })
  }

  const read = async (options: Partial<TrainingSnapshotOptions> = {}) => {
    const found = await trainingSnapshot({ lake, useCase, ...options })
    const rows: Record<string, unknown>[] = []
    for await (const batch of found.batches) {
      for (let row = 0; row < batch.rowCount; row++) {
        rows.push(Object.fromEntries(found.columns.map(({ name }) => [name, batch.columns[name]?.[row]])))
      }
    }
    return { ...found, rows }
  }
  const places = (rows: readonly Record<string, unknown>[]) =>
    rows.map(row => `${row['_partition']}/${row['_offset']}`)

  it('has every row by event time, then by its place in the log', async () => {
    const { rows, rowCount } = await read()
    assert.equal(rowCount, 200)
    assert.equal(new Set(places(rows)).size, 200)
    const sorted = rows.toSorted(
      (a, b) =>
        String(a['_event_time']).localeCompare(String(b['_event_time'])) ||
        Number(a['_partition']) - Number(b['_partition']) ||
        Number(a['_offset']) - Number(b['_offset']),
    )
    assert.deepEqual(places(rows), places(sorted))
  })

  it('has the columns asked for, members of objects among them, in that order', async () => {
    const { columns: given, rows } = await read({ columns: ['place.lat', 'amount'] })
    assert.deepEqual(
      given.map(({ name, type }) => [name, type]),
      [
        ['place.lat', 'double'],
        ['amount', 'double'],
      ],
    )
    assert.equal(rows.length, 200)
    assert.ok(rows.every(row => row['place.lat'] === Number(row['amount']) * 4))
  })

  it('a sample depends on the seed alone, has about its share, and grows with the fraction', async () => {
    const third = await read({ sample: 0.3, seed: 1 })
    assert.deepEqual((await read({ sample: 0.3, seed: 1 })).rows, third.rows)
    assert.equal(third.rowCount, third.rows.length)
    assert.ok(third.rows.length > 30 && third.rows.length < 90, String(third.rows.length))
    assert.notDeepEqual(places((await read({ sample: 0.3, seed: 2 })).rows), places(third.rows))
    const half = new Set(places((await read({ sample: 0.5, seed: 1 })).rows))
    assert.ok(places(third.rows).every(place => half.has(place)))
    assert.equal((await read({ sample: 1, seed: 1 })).rows.length, 200)
  })

  it('is the same after compaction, and an old version stays what it was', async () => {
    const before = [await read(), await read({ sample: 0.2, seed: 7 })]
    assert.ok(await table.compact({ minFiles: 2 }))
    const after = [await read(), await read({ sample: 0.2, seed: 7 })]
    assert.ok(after[0]!.version > before[0]!.version)
    assert.deepEqual(
      after.map(({ rows }) => rows),
      before.map(({ rows }) => rows),
    )
    await append(200)
    const then = await read({ asOf: { version: before[0]!.version } })
    assert.deepEqual([then.version, then.rows], [before[0]!.version, before[0]!.rows])
    assert.equal((await read()).rowCount, 220)
    const { timestamp } = await table.snapshot({ version: before[0]!.version })
    assert.equal((await read({ asOf: { timestamp } })).version, before[0]!.version)
  })

  it('what is wrong with a request is an error with a code', async () => {
    await assert.rejects(read({ columns: ['amount', 'other'] }), {
      code: 'BAD_USER_INPUT',
      message: /"other".*amount/,
    })
    await assert.rejects(read({ columns: ['amount.lat'] }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(read({ columns: [] }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(read({ columns: ['amount', 'amount'] }), {
      code: 'BAD_USER_INPUT',
      message: /twice/,
    })
    for (const sample of [0, -1, 1.1, Number.NaN]) {
      await assert.rejects(read({ sample }), { code: 'BAD_USER_INPUT', message: /fraction/ })
    }
    await assert.rejects(read({ seed: 1.5 }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(read({ asOf: { version: 999 } }), { code: 'LAKE_VERSION_UNKNOWN' })
    const elsewhere = { id: 'OTHER', topic: 'nothing' }
    await assert.rejects(trainingSnapshot({ lake, useCase: elsewhere }), { code: 'TRAINING_DATA_MISSING' })
  })
})
