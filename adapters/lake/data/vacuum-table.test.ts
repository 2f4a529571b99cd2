import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openFileObjects } from '../../objects/files.ts'
import { openDeltaLake } from '../delta.ts'
import { appendNext, COUNTED } from '../testing/counted-rows.ts'

const scratch = await mkdtemp(join(tmpdir(), 'vacuum-'))
after(() => rm(scratch, { recursive: true, force: true }))

const HOUR = 3_600_000
let stores = 0

const open = async (now: () => number) => {
  const directory = join(scratch, String(++stores))
  const objects = await openFileObjects({ directory })
  const lake = await openDeltaLake({ objects, workDirectory: join(scratch, 'work'), now })
  const table = await lake.ensureTable(COUNTED)
  const folder = join(directory, COUNTED.name)
  /** A file that no version names. */
  const leave = async (name: string, ageMs: number): Promise<void> => {
    const path = join(folder, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, 'x')
    const at = new Date(Date.now() - ageMs)
    await utimes(path, at, at)
  }
  const left = async (): Promise<string[]> =>
    (await readdir(folder, { recursive: true })).filter(name => name.includes('orphan')).sort()
  return { lake, table, leave, left }
}

test('files of writers that ended before their version go after an hour, and never earlier', async () => {
  const { lake, table, leave, left } = await open(Date.now)
  await using _ = lake
  await appendNext(table)
  await leave('day=2026-01-05/orphan-old.parquet', 2 * HOUR)
  await leave('orphan-young.parquet', HOUR / 2)
  await leave('_staging/orphan-foreign.parquet', 50 * HOUR)
  await leave('orphan-notes.txt', 50 * HOUR)
  assert.deepEqual(await table.vacuum({ retentionMs: 0 }), { files: 1, sizeBytes: 1 })
  assert.deepEqual(await left(), [
    '_staging/orphan-foreign.parquet',
    'orphan-notes.txt',
    'orphan-young.parquet',
  ])
})

test('a clock that jumps ahead takes nothing from readers and writers at work', async () => {
  let now = Date.now()
  const { lake, table, leave, left } = await open(() => now)
  await using _ = lake
  for (let i = 0; i < 8; i++) await appendNext(table)
  const before = await table.snapshot()
  await table.compact()
  await leave('orphan-at-work.parquet', 1000)
  now += 1000 * 24 * HOUR
  assert.deepEqual(await table.vacuum({ retentionMs: 24 * HOUR }), { files: 0, sizeBytes: 0 })
  assert.equal((await left()).length, 1)
  let rows = 0
  for await (const { rowCount } of table.scan(before)) rows += rowCount
  assert.equal(rows, before.rowCount)
})

test('without a retention it looks once an hour, so it may be called after every append', async () => {
  let now = Date.now()
  const { lake, table, leave, left } = await open(() => now)
  await using _ = lake
  await table.vacuum()
  await leave('orphan.parquet', 48 * HOUR)
  await appendNext(table)
  await table.vacuum()
  assert.equal((await left()).length, 1)
  now += HOUR
  assert.deepEqual(await table.vacuum(), { files: 1, sizeBytes: 1 })
})
