import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { openFileObjects } from '../../../objects/files.ts'
import { openDeltaLog } from '../open-delta-log.ts'
import { createTable } from '../testing.ts'
import { jsonCheckpoints } from './json-checkpoints.ts'

const COMMITTER = new URL('./committer.ts', import.meta.url).pathname

const withTable = async (
  run: (directory: string, log: ReturnType<typeof openDeltaLog>) => Promise<void>,
): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'delta-race-'))
  try {
    await using objects = await openFileObjects({ directory })
    const log = openDeltaLog({ objects, table: 't', parquet: jsonCheckpoints, engineName: 'test' })
    await createTable(log)
    await run(directory, log)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Starts a committer, collects what it says, and may kill it after a number of commits. */
const committer = async ({
  directory,
  name,
  count,
  killAfter,
}: {
  directory: string
  name: string
  count: number
  killAfter?: number
}): Promise<Map<string, number>> => {
  const child = spawn(process.execPath, [COMMITTER, directory, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const told = new Map<string, number>()
  for await (const line of createInterface({ input: child.stdout })) {
    const [file = '', version] = line.split(' ')
    told.set(file, Number(version))
    if (told.size === killAfter) child.kill('SIGKILL')
  }
  const [code] = await ended
  if (killAfter === undefined) assert.equal(code, 0)
  return told
}

describe('processes that commit to one table', () => {
  it('make 45 of 45 commits, three at a time', async () => {
    await withTable(async (directory, log) => {
      const told = await Promise.all(['a', 'b', 'c'].map(name => committer({ directory, name, count: 15 })))
      const versions = told.flatMap(one => [...one.values()]).sort((a, b) => a - b)
      assert.deepEqual(
        versions,
        Array.from({ length: 45 }, (_, index) => index + 1),
      )
      const state = await log.state()
      assert.equal(state?.version, 45)
      assert.deepEqual([...state.files.keys()].sort(), told.flatMap(one => [...one.keys()]).sort())
    })
  })

  it('lose nothing that was told when one is killed, and nobody else notices', async () => {
    await withTable(async (directory, log) => {
      const [killed, whole] = await Promise.all([
        committer({ directory, name: 'a', count: 1000, killAfter: 12 }),
        committer({ directory, name: 'b', count: 25 }),
      ])
      const state = await log.state()
      assert.ok(state)
      for (const file of [...killed.keys(), ...whole.keys()]) assert.ok(state.files.has(file), file)
      assert.equal(whole.size, 25)
      // Every version has one file of its own: none came twice, none is half.
      assert.equal(state.files.size, state.version)
    })
  })
})
