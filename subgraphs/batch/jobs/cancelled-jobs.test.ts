import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JobState } from './job.ts'
import { ended, openPlatform, stateOf, until } from './test-platform.ts'
import { resultOf, specOf } from './test-result.ts'
import { startTrainingProcess } from './training-process.ts'

const entry = new URL('./test-training.ts', import.meta.url)
/** Time enough to stop by itself on a machine that is busy. */
const PATIENT = { timing: { graceMs: 20_000 } }
const CANCELLED = { code: 'CANCELLED', message: 'It was cancelled.' }

/** Trains in processes, which a test may kill. */
const inProcesses = (pids: number[] = []) => ({
  start: ({ job, onUpdate }: Parameters<import('./job-worker.ts').StartTraining>[0]) => {
    const start = { type: 'start', spec: job.spec, useCase: job.spec.useCase } as const
    const training = startTrainingProcess({ entry, start, onUpdate })
    pids.push(training.pid as number)
    return training
  },
})

describe('a job that is cancelled', () => {
  it('while it waits is STOPPED at once, though there is no room to train', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', PATIENT)
    const running = await jobs.submit({ spec: specOf('TFD') })
    const waiting = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    const { state, problem, startedAt, owner } = await jobs.cancel(waiting.id)
    assert.deepEqual([state, problem, startedAt, owner], ['STOPPED', CANCELLED, null, null])
    assert.equal((await platform.tracking.run(waiting.run))?.status, 'KILLED')
    assert.equal(jobs.get(running.id)?.state, 'LOADING')
    training.succeed()
    await ended(jobs, running.id)
    assert.equal(trainings.count(), 1)
  })

  for (const held of ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'] satisfies JobState[]) {
    it(`while it is ${held} is STOPPED, and so is its process`, async () => {
      const pids: number[] = []
      await using platform = await openPlatform()
      const { jobs } = await platform.join('one', { ...inProcesses(pids), ...PATIENT })
      const { id, run } = await jobs.submit({ spec: specOf('TFD', { parameters: { until: held } }) })
      await stateOf(jobs, id, ({ state }) => state === held && pids.length === 1)
      const { state, problem } = await jobs.cancel(id)
      assert.deepEqual([state, problem], ['STOPPED', CANCELLED])
      assert.equal((await platform.tracking.run(run))?.status, 'KILLED')
      await gone(pids)
    })
  }

  it('is STOPPED, and its process killed, also if that hears nothing', async () => {
    const pids: number[] = []
    await using platform = await openPlatform()
    const { jobs } = await platform.join('one', inProcesses(pids))
    const parameters = { scenario: 'hears nothing', until: 'TRAINING' }
    const { id } = await jobs.submit({ spec: specOf('TFD', { parameters }) })
    await stateOf(jobs, id, ({ state }) => state === 'TRAINING')
    await jobs.cancel(id)
    assert.equal((await ended(jobs, id)).state, 'STOPPED')
    await gone(pids)
  })

  it('while its result cannot be stored is STOPPED', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings, faults, registry } = await platform.join('one', PATIENT)
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    faults.artifacts = true
    const training = await trainings.next()
    training.reach('EVALUATING')
    training.succeed()
    await stateOf(jobs, id, ({ state }) => state === 'REGISTERING')
    assert.equal((await jobs.cancel(id)).state, 'STOPPED')
    assert.equal(registry.champion('TFD'), null)
  })

  it('in another process is STOPPED there', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', PATIENT)
    const other = await platform.join('two', { concurrency: 0, ...PATIENT })
    const { id } = await other.jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    await stateOf(other.jobs, id, ({ state }) => state === 'LOADING')
    assert.equal((await other.jobs.cancel(id)).state, 'STOPPED')
    assert.equal(training.cancelled, true)
    assert.equal(jobs.get(id)?.state, 'STOPPED')
  })

  it('after it was over stays as it ended, and cancels nothing later', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings, control } = await platform.join('one', PATIENT)
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    ;(await trainings.next()).succeed()
    await ended(jobs, id)
    assert.equal((await jobs.cancel(id)).state, 'DONE')
    await until(() => control.entries('batch-cancel/').length === 0)
  })
})

describe('a job whose process dies', () => {
  it('by kill -9 is FAILED with the signal as its reason, and the next one runs', async () => {
    const pids: number[] = []
    await using platform = await openPlatform()
    const { jobs } = await platform.join('one', { ...inProcesses(pids), ...PATIENT })
    const killed = await jobs.submit({ spec: specOf('TFD', { parameters: { until: 'TRAINING' } }) })
    const next = await jobs.submit({ spec: specOf('TFD') })
    await stateOf(jobs, killed.id, ({ state }) => state === 'TRAINING')
    process.kill(pids[0] as number, 'SIGKILL')
    const { state, problem } = await ended(jobs, killed.id)
    assert.deepEqual([state, problem?.code], ['FAILED', 'TRAINING_PROCESS_LOST'])
    assert.match(problem?.message ?? '', /was ended by SIGKILL/)
    assert.equal((await platform.tracking.run(killed.run))?.status, 'FAILED')
    assert.equal((await ended(jobs, next.id)).state, 'DONE')
    const model = await platform.tracking.artifacts.read(next.run, 'model/model.bin')
    assert.deepEqual([...model], [...(resultOf(next.spec).files.get('model/model.bin') as Uint8Array)])
  })
})

async function gone(pids: readonly number[]): Promise<void> {
  assert.equal(pids.length, 1)
  await until(() => {
    try {
      process.kill(pids[0] as number, 0)
      return false
    } catch {
      return true
    }
  })
}
