import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Lake, LakeTable } from '#ports/lake.ts'
import type { Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { openFileObjects } from '../objects/files.ts'
import { openDeltaLake } from './delta.ts'
import { appendNext, assertWhole, COUNTED, STEP } from './testing/counted-rows.ts'
import { type Fault, faultyObjects } from './testing/faulty-objects.ts'

const scratch = await mkdtemp(join(tmpdir(), 'delta-faults-'))
after(() => rm(scratch, { recursive: true, force: true }))

const open = async (store: string, change = (objects: Objects) => objects): Promise<Lake> => {
  const objects = change(await openFileObjects({ directory: join(scratch, store) }))
  return openDeltaLake({ objects, workDirectory: join(scratch, 'work') })
}

const APPENDS = 3

/** What a sink does in its life: create, append, checkpoint, compact, vacuum. */
const work = async (lake: Lake, attempt: <T>(step: () => Promise<T>) => Promise<T>): Promise<LakeTable> => {
  const table = await attempt(() => lake.ensureTable(COUNTED))
  for (let i = 1; i <= APPENDS; i++) {
    await attempt(async () => {
      const stands = (await table.snapshot()).transactions.get('sink') ?? 0
      return stands < i * STEP ? appendNext(table) : null
    })
  }
  await attempt(() => table.checkpoint())
  await attempt(() => table.compact({ minFiles: 2 }))
  await attempt(() => table.vacuum({ retentionMs: 0 }))
  return table
}

const failures = {
  'a full disk': { error: new PortError('STORAGE_FULL', 'Full.'), moment: 'before' },
  'an answer that was lost': { error: new PortError('ENGINE_UNREACHABLE', 'Lost.'), moment: 'after' },
} as const

for (const [title, { error, moment }] of Object.entries(failures)) {
  test(`${title} at any call leaves the table whole, and the same step then succeeds`, async () => {
    let calls = 0
    for (let broken = 1; broken === 1 || broken <= calls; broken++) {
      const store = `${title} ${broken}`
      const fault: Fault = (call, when) => {
        calls = Math.max(calls, call)
        if (call === broken && when === moment) throw error
      }
      await using lake = await open(store, objects => faultyObjects(objects, fault))
      let failed = 0
      const table = await work(lake, async step => {
        try {
          return await step()
        } catch (caught) {
          assert.equal(caught, error)
          failed++
          await using fresh = await open(store)
          const seen = await fresh.open(COUNTED.name)
          if (seen !== null) await assertWhole(seen)
          return step()
        }
      })
      assert.ok(failed <= 1)
      assert.equal(await assertWhole(table), APPENDS * STEP, `call ${broken}`)
    }
    assert.ok(calls >= 12, `${calls} calls`)
  })
}

const dataFolder = (store: string): string => join(scratch, store, COUNTED.name, 'day=2026-01-05')

const damages = {
  'is missing': (path: string) => rm(path),
  'is truncated': (path: string) => truncate(path, 40),
  'is larger than the log says': (path: string) => appendFile(path, 'more'),
  'holds other bytes': async (path: string) => {
    const { size } = await stat(path)
    await writeFile(path, new Uint8Array(size).fill(7))
  },
} as const

for (const [title, damage] of Object.entries(damages)) {
  test(`a data file that ${title} is named, and other files stay readable`, async () => {
    await using lake = await open(title)
    const table = await lake.ensureTable(COUNTED)
    const commits = []
    for (let i = 0; i < 9; i++) commits.push(await appendNext(table))
    const first = await table.snapshot({ version: 1 })
    const [victim] = (await table.snapshot({ version: 2 })).files.filter(
      ({ path }) => path !== first.files[0]?.path,
    )
    await damage(join(scratch, title, COUNTED.name, victim?.path ?? ''))
    const read = async (version?: number): Promise<number> => {
      let rows = 0
      const snapshot = await table.snapshot(version === undefined ? undefined : { version })
      for await (const { rowCount } of table.scan(snapshot)) rows += rowCount
      return rows
    }
    await assert.rejects(read(), (error: unknown) => {
      assert.ok(error instanceof PortError, String(error))
      assert.deepEqual([error.code, error.details['file']], ['LAKE_TABLE_CORRUPT', victim?.path])
      return true
    })
    assert.equal(await read(1), STEP)
    // The damaged file stays where it is; the eight others are merged.
    assert.equal((await table.compact())?.rowCount, 8 * STEP)
    assert.equal((await table.snapshot()).files.length, 2)
    await appendNext(table)
  })
}

test('a commit that is not JSON is told once more each time, and the version before stays readable', async () => {
  await using lake = await open('commit')
  const table = await lake.ensureTable(COUNTED)
  for (let i = 0; i < 3; i++) await appendNext(table)
  await writeFile(
    join(scratch, 'commit', COUNTED.name, '_delta_log', `${'4'.padStart(20, '0')}.json`),
    '{"add":',
  )
  await using other = await open('commit')
  const damaged = await other.open(COUNTED.name).then(
    opened => opened?.snapshot(),
    (error: unknown) => error,
  )
  assert.ok(damaged instanceof PortError)
  assert.deepEqual(
    [damaged.code, damaged.details['version'], damaged.details['lastGood']],
    ['LAKE_TABLE_CORRUPT', 4, 3],
  )
  assert.equal((await table.snapshot({ version: 3 })).rowCount, 3 * STEP)
  // Files that the unreadable version may name are not nobody's.
  await assert.rejects(table.vacuum({ retentionMs: 0 }), /LAKE|can't be read/)
  assert.equal((await readdir(dataFolder('commit'))).length, 3)
})
