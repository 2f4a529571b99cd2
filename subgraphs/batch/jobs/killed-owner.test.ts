import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openJobs } from './open-jobs.ts'
import { openEngines } from './test-owner.ts'
import { ended, until } from './test-platform.ts'
import { createTrainings } from './test-trainings.ts'

const OWNER = fileURLToPath(new URL('./test-owner.ts', import.meta.url))

test('after kill -9 of the platform its training ends too; its next start begins it again, and goes on with what waited', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-owner-'))
  // Not as the tests are run.
  const owner = fork(OWNER, [folder], { execArgv: [] })
  t.after(() => owner.kill('SIGKILL'))
  const told: { id?: string; run?: string; training?: number; state?: string } = {}
  owner.on('message', message => Object.assign(told, message))
  await until(() => told.state === 'TRAINING')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  await until(() => !isAlive(told.training as number))

  const engines = await openEngines(folder)
  const trainings = createTrainings()
  const jobs = await openJobs({
    ...engines,
    instance: 'next',
    concurrency: 2,
    start: trainings.start,
    timing: { renewMs: 20, lookMs: 10, leaseMs: 500 },
  })
  const begun = [await trainings.next(), await trainings.next()]
  // The one that waited goes on at once; the other is left to its owner for a moment, which might come back.
  const [again, waited] = begun[0]?.job.id === told.id ? begun : begun.toReversed()
  assert.deepEqual([again?.job.id, again?.job.run, again?.job.attempts], [told.id, told.run, 1])
  assert.deepEqual(again?.job.spec.parameters, { until: 'TRAINING' })
  assert.deepEqual([waited?.job.spec.useCase, waited?.job.attempts], ['ETA', 0])
  for (const { job, succeed } of begun) {
    succeed()
    assert.equal((await ended(jobs, job.id)).state, 'DONE')
    assert.equal((await engines.tracking.run(job.run))?.status, 'FINISHED')
  }
  await jobs[Symbol.asyncDispose]()
  await engines[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
