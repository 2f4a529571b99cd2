import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFileObjects } from '../objects/files.ts'
import { openDeltaLake } from './delta.ts'

const spec = {
  name: 'payments',
  columns: [{ name: 'n', type: 'long', nullable: true }],
  partitionBy: [],
} as const
const batch = (...rows: number[]) => ({
  rows: [Buffer.from(rows.map(n => `{"n":${n}}\n`).join(''))],
  rowCount: rows.length,
})

test('a table that was removed under a process is made anew, not continued', async () => {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'delta-removed-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const open = async (work: string) => {
    const objects = opened.use(await openFileObjects({ directory: join(directory, 'lake') }))
    return opened.use(await openDeltaLake({ objects, workDirectory: join(directory, work) }))
  }
  const lake = await open('one')
  const first = await lake.ensureTable(spec)
  for (let n = 0; n < 3; n++) await first.append(batch(n))
  await rm(join(directory, 'lake', spec.name), { recursive: true })

  const again = await lake.ensureTable(spec)
  await again.append(batch(7, 8))
  assert.equal((await again.snapshot()).rowCount, 2)
  const other = await (await open('two')).open(spec.name)
  assert.equal((await other?.snapshot())?.rowCount, 2)
})
