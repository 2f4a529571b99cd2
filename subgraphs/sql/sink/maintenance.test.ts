import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LakeTable } from '#ports/lake.ts'
import { createMaintenance } from './maintenance.ts'
import { createTestLake } from './test-lake.ts'

/** A table that notes what is done to it. */
async function noted(done: string[], compact: () => Promise<null> = async () => null): Promise<LakeTable> {
  const table = await createTestLake().ensureTable({ name: 'table', columns: [], partitionBy: [] })
  return {
    ...table,
    compact() {
      done.push('compaction')
      return compact()
    },
    async vacuum(options) {
      done.push(`vacuum ${JSON.stringify(options)}`)
      return { files: 0, sizeBytes: 0 }
    },
  }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

test('a table is compacted after so many commits, and vacuumed after so long', async () => {
  const done: string[] = []
  const table = await noted(done)
  let now = 0
  await using maintenance = createMaintenance({
    plan: { compactionCommits: 4, vacuumMs: 1000, retentionMs: 7 },
    random: () => 0,
    now: () => now,
    onProblem: assert.fail,
  })
  for (let commit = 0; commit < 3; commit++) maintenance.written(table)
  await settled()
  assert.deepEqual(done, [])
  for (let commit = 0; commit < 5; commit++) {
    maintenance.written(table)
    await settled()
  }
  assert.deepEqual(done, ['compaction', 'compaction'])
  now = 600
  maintenance.written(table)
  await settled()
  assert.deepEqual(done.slice(2), ['vacuum {"retentionMs":7}'])
})

test('a job that runs delays no commit, and one that fails is told and tried again later', async () => {
  const done: string[] = []
  const problems: string[] = []
  const job = Promise.withResolvers<null>()
  const table = await noted(done, () => job.promise)
  const maintenance = createMaintenance({
    plan: { compactionCommits: 1, vacuumMs: 1e9 },
    onProblem: (name, what, { message }) => problems.push(`${name} ${what} ${message}`),
  })
  for (let commit = 0; commit < 5; commit++) maintenance.written(table)
  await settled()
  maintenance.written(table)
  assert.deepEqual(done, ['compaction'])
  job.reject(new Error('No.'))
  await settled()
  await settled()
  assert.deepEqual(done, ['compaction', 'compaction'])
  assert.equal(problems[0], 'table compaction No.')
  await maintenance[Symbol.asyncDispose]()
  maintenance.written(table)
  await settled()
  assert.equal(done.length, 2)
})
