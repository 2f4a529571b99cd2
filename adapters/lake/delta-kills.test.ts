import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openFileObjects } from '../objects/files.ts'
import { openDeltaLake } from './delta.ts'
import { appendNext, assertWhole, COUNTED, STEP } from './testing/counted-rows.ts'

const scratch = await mkdtemp(join(tmpdir(), 'delta-kills-'))
after(() => rm(scratch, { recursive: true, force: true }))

const run = promisify(execFile)
const WRITER = fileURLToPath(new URL('kill-test/writer.ts', import.meta.url))
const work = join(scratch, 'work')
const open = async (directory: string) =>
  openDeltaLake({ objects: await openFileObjects({ directory }), workDirectory: work })

test('a writer killed before any change of the store leaves a whole table, which the next one continues', async () => {
  const begun = join(scratch, 'begun')
  {
    await using lake = await open(begun)
    const table = await lake.ensureTable(COUNTED)
    for (let i = 0; i < 9; i++) await appendNext(table)
  }
  const inCopy = async (name: string, ...deadly: string[]) => {
    const directory = join(scratch, name)
    await cp(begun, directory, { recursive: true })
    return { directory, ended: run(process.execPath, [WRITER, directory, work, ...deadly]) }
  }
  const whole = await inCopy('whole')
  const calls: string[] = JSON.parse((await whole.ended).stdout)
  const commits = calls.flatMap((what, index) => (what.startsWith('putIfAbsent') ? [index] : []))
  assert.equal(commits.length, 2, 'an append and a compaction')

  const kill = async (index: number): Promise<void> => {
    const { directory, ended } = await inCopy(`killed ${index}`, String(index + 1))
    const signal = await ended.catch((error: { signal?: string }) => error.signal)
    assert.equal(signal, 'SIGKILL', calls[index])
    await using lake = await open(directory)
    const table = await lake.ensureTable(COUNTED)
    const position = (index > (commits[0] as number) ? 10 : 9) * STEP
    assert.equal(await assertWhole(table), position, calls[index])
    await appendNext(table)
    await table.compact()
    assert.equal(await assertWhole(table), position + STEP)
  }
  for (let index = 0; index < calls.length; index += 2)
    await Promise.all([index, index + 1].filter(each => each < calls.length).map(kill))
})

test('what killed writers left in the work folder goes with the next start', async () => {
  await using _ = await open(join(scratch, 'begun'))
  assert.equal((await readdir(work)).length, 1)
})
