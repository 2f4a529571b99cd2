import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import type { Lake, LakeTable, TableSpec } from '#ports/lake.ts'
import { type DeltaEngine, startDeltaEngine } from './support/delta-tables.ts'

interface Row {
  id: string
  amount: number | null
  count: number
  big: number
  flag: boolean | null
  place: { lat: number; lon: number | null } | null
  at: string
  _partition: number
  _offset: number
  event_date: string
  note?: string | null
}

const columns: TableSpec['columns'] = [
  { name: 'id', type: 'string', nullable: true },
  { name: 'amount', type: 'double', nullable: true },
  { name: 'count', type: 'integer', nullable: true },
  { name: 'big', type: 'long', nullable: true },
  { name: 'flag', type: 'boolean', nullable: true },
  {
    name: 'place',
    type: {
      type: 'struct',
      fields: [
        { name: 'lat', type: 'double', nullable: true },
        { name: 'lon', type: 'double', nullable: true },
      ],
    },
    nullable: true,
  },
  { name: 'at', type: 'timestamp', nullable: true },
  { name: '_partition', type: 'integer', nullable: true },
  { name: '_offset', type: 'long', nullable: true },
  { name: 'event_date', type: 'date', nullable: true },
]
const note = { name: 'note', type: 'string', nullable: true } as const
const spec: TableSpec = { name: 'payments', columns, partitionBy: ['event_date'] }
const ORDER = ['_partition', '_offset']
const PER_DAY = 25

/** Three days, with nulls, a long beyond 2^53, text that must be escaped and times with microseconds. */
const rowsFrom = (first: number, length: number): Row[] =>
  Array.from({ length }, (_, index) => {
    const offset = first + index
    const day = 1 + (Math.floor(offset / PER_DAY) % 3)
    return {
      id: `"é\n${offset}’ 😀`,
      amount: offset % 7 === 0 ? null : offset / 3,
      count: offset,
      big: Number.MAX_SAFE_INTEGER - offset,
      flag: offset % 5 === 0 ? null : offset % 2 === 0,
      place: offset % 11 === 0 ? null : { lat: offset / 8, lon: offset % 3 === 0 ? null : -offset },
      at: `2026-01-0${day}T23:59:59.${String(offset).padStart(6, '0')}Z`,
      _partition: offset % 2,
      _offset: offset,
      event_date: `2026-01-0${day}`,
    }
  })

const engines: { name: 'delta-rs' | 'spark'; engine?: DeltaEngine }[] = [
  { name: 'delta-rs' },
  { name: 'spark' },
]
const scratch = await mkdtemp(join(tmpdir(), 'delta-interop-'))
let lakes = 0

after(async () => {
  for (const { engine } of engines) await engine?.[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

for (const place of engines) {
  describe(`tables shared with ${place.name}`, () => {
    let engine: DeltaEngine
    before(async () => {
      engine = place.engine = await startDeltaEngine(place.name)
    })

    test('it reads every value of ours, at every version and from a checkpoint alone', async () => {
      await using ours = await openLake()
      const { table, path } = ours
      const rows: Row[] = []
      for (let number = 0; number < 12; number++) {
        const batch = rowsFrom(number * 10, 10)
        rows.push(...batch)
        await append(table, batch)
      }
      assert.ok((await readdir(join(path, '_delta_log'))).includes('_last_checkpoint'))
      assert.deepEqual(await readBy(engine, path), sorted(rows))
      assert.deepEqual(await readBy(engine, path, { version: 4 }), sorted(rows.slice(0, 40)))

      const timestamp = await ours.lastInstantOf(7)
      assert.deepEqual(await readBy(engine, path, { timestamp }), sorted(rows.slice(0, 70)))

      await table.checkpoint()
      for (const file of await readdir(join(path, '_delta_log'))) {
        if (/^0*([0-9]|10)\.json$/.test(file)) await rm(join(path, '_delta_log', file))
      }
      assert.deepEqual(await readBy(engine, path), sorted(rows))
    })

    test('it reads compacted, evolved and vacuumed tables', async () => {
      await using ours = await openLake()
      const { lake, table, path } = ours
      const rows = rowsFrom(0, 90)
      for (let first = 0; first < 90; first += 9) await append(table, rows.slice(first, first + 9))
      assert.ok(await table.compact({ minFiles: 2 }))
      assert.deepEqual(await readBy(engine, path), sorted(rows))

      const evolved = await lake.ensureTable({
        ...spec,
        columns: [...columns.slice(0, -1), note, ...columns.slice(-1)],
      })
      const noted = rowsFrom(90, 10).map(row => ({ ...row, note: 'new' }))
      await append(evolved, noted)
      await evolved.vacuum({ retentionMs: 0 })
      const all = sorted([...rows.map(row => ({ ...row, note: null })), ...noted])
      assert.deepEqual(await readBy(engine, path), all)
    })

    test('ours reads what it appended, and both go on in turns', async () => {
      await using ours = await openLake()
      const { table, path } = ours
      const rows = rowsFrom(0, 60)
      for (let first = 0; first < 60; first += 10) {
        const batch = rows.slice(first, first + 10)
        if (first % 20 === 0) await append(table, batch)
        else await engine.ask({ do: 'append', path, source: batch.map(forEngine) })
        assert.deepEqual(await readOurs(table), sorted(rows.slice(0, first + 10)))
      }
      assert.deepEqual(await readBy(engine, path), sorted(rows))
      const engineNames = (await table.history()).map(version => version.engine ?? '')
      assert.ok(engineNames.some(name => !name.startsWith('coelho')))

      // Its files carry statistics and partitions that ours uses.
      const snapshot = await table.snapshot()
      assert.equal(snapshot.rowCount, 60)
      assert.deepEqual(
        await readOurs(table, [{ column: 'event_date', op: '=', value: '2026-01-02' }]),
        sorted(rows.filter(row => row.event_date === '2026-01-02')),
      )
    })
  })
}

describe('what only one of them can do', () => {
  test("delta-rs's checkpoint and compaction are read by ours", async () => {
    const engine = engines[0]?.engine as DeltaEngine
    await using ours = await openLake()
    const { table, path } = ours
    const rows = rowsFrom(0, 40)
    for (let first = 0; first < 40; first += 5) await append(table, rows.slice(first, first + 5))
    await engine.ask({ do: 'compact', path })
    await engine.ask({ do: 'checkpoint', path })
    await using fresh = await ours.reopen()
    assert.deepEqual(await readOurs(fresh.table), sorted(rows))
    assert.ok((await fresh.table.snapshot()).files.length <= 3)
  })

  test('the protocol is reader 1, writer 2, and a one-day filter leaves one file in three', async () => {
    const engine = engines[0]?.engine as DeltaEngine
    await using ours = await openLake()
    const { table, path } = ours
    await append(table, rowsFrom(0, 75))
    const { protocol, partitions } = await engine.ask<{ protocol: number[]; partitions: string[] }>({
      do: 'describe',
      path,
    })
    assert.deepEqual(protocol, [1, 2])
    assert.deepEqual(partitions, ['event_date'])
    assert.deepEqual(await engine.ask({ do: 'pruned', path, column: 'event_date', value: '2026-01-02' }), {
      files: 1,
    })
  })

  test("Spark's SQL updates a table of ours, and ours reads and extends the outcome", async () => {
    const engine = engines[1]?.engine as DeltaEngine
    await using ours = await openLake()
    const { table, path } = ours
    const rows = rowsFrom(0, 30)
    await append(table, rows)
    await engine.ask({ do: 'sql', statement: `DELETE FROM delta.\`${path}\` WHERE _offset < 10` })
    await engine.ask({ do: 'sql', statement: `UPDATE delta.\`${path}\` SET count = -1 WHERE _offset = 20` })
    await append(table, rowsFrom(30, 5))
    const left = [...rows.slice(10), ...rowsFrom(30, 5)].map(row =>
      row._offset === 20 ? { ...row, count: -1 } : row,
    )
    assert.deepEqual(await readOurs(table), sorted(left))
  })
})

async function openLake(directory = join(scratch, `lake-${lakes++}`)) {
  const objects = await openFileObjects({ directory })
  const lake: Lake = await openDeltaLake({ objects, workDirectory: join(scratch, `work-${lakes++}`) })
  const table = await lake.ensureTable(spec)
  const path = join(directory, spec.name)
  return {
    lake,
    table,
    path,
    reopen: () => openLake(directory),
    /** The last instant at which that version was the newest. */
    async lastInstantOf(version: number) {
      // delta-rs goes by when the file was written, by a clock of the kernel that is some milliseconds coarse: halfway
      // to the next version is neither's instant by either clock.
      const of = async (at: number) => (await table.snapshot({ version: at })).timestamp
      return new Date(((await of(version)) + (await of(version + 1))) / 2).toISOString()
    },
    async [Symbol.asyncDispose]() {
      await lake[Symbol.asyncDispose]()
      await objects[Symbol.asyncDispose]()
    },
  }
}

async function append(table: LakeTable, rows: readonly Row[]): Promise<void> {
  const text = rows.map(row => `${JSON.stringify(row)}\n`).join('')
  await table.append({ rows: [Buffer.from(text)], rowCount: rows.length })
  // Versions need instants of their own to be told apart by time.
  await new Promise(resolve => setTimeout(resolve, 60))
}

async function readBy(
  engine: DeltaEngine,
  path: string,
  at: { version?: number; timestamp?: string } = {},
): Promise<Row[]> {
  const { rows } = await engine.ask<{ rows: Row[] }>({ do: 'read', path, order: ORDER, ...at })
  return sorted(rows.map(unified))
}

async function readOurs(
  table: LakeTable,
  where: { column: string; op: '='; value: string }[] = [],
): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { rowCount, columns: found } of table.scan(await table.snapshot(), {
    where,
    orderBy: ORDER,
  })) {
    for (let index = 0; index < rowCount; index++) {
      const entries = Object.entries(found).map(([name, values]) => [name, values[index]])
      rows.push(unified(Object.fromEntries(entries)))
    }
  }
  return rows
}

/** Every engine has its way to write an instant and a day. */
function unified(row: Row): Row {
  const micros = /\.(\d+)/.exec(row.at)?.[1] ?? ''
  const at = `${row.at.slice(0, 19).replace(' ', 'T')}.${micros.padEnd(6, '0')}Z`
  return { ...row, at, event_date: row.event_date.slice(0, 10) }
}

const forEngine = (row: Row): Record<string, unknown> => ({ ...row })

const sorted = (rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => a._partition - b._partition || a._offset - b._offset)
