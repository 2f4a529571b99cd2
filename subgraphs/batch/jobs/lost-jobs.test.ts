import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JobRecord } from './job.ts'
import { ended, type Member, openPlatform, stateOf, until } from './test-platform.ts'
import { specOf } from './test-result.ts'

/** What cannot end is not waited for. */
const SHORT = { timing: { closeMs: 300 } }

/** Cuts a process off, as its death or a network would; what it does later comes too late. */
function cutOff({ faults }: Member): void {
  Object.assign(faults, { control: true, cache: true, tracking: true })
}

describe('a job whose process is lost', () => {
  it('is begun again by another, and what the first says then counts nowhere', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one', SHORT)
    const two = await platform.join('two', SHORT)
    two.faults.cache = true
    const { id, run } = await one.jobs.submit({ spec: specOf('TFD') })
    const lost = await one.trainings.next()
    lost.reach('TRAINING')
    await stateOf(two.jobs, id, ({ state }) => state === 'TRAINING')
    cutOff(one)
    two.faults.cache = false
    const again = await two.trainings.next()
    assert.deepEqual([again.job.id, again.job.attempts, again.job.owner], [id, 1, 'two'])
    again.reach('FEATURES')
    lost.succeed()
    Object.assign(one.faults, { control: false, cache: false, tracking: false })
    await until(() => lost.killed)
    again.succeed()
    const done = await ended(two.jobs, id)
    assert.deepEqual([done.state, done.attempts, done.run], ['DONE', 1, run])
    assert.equal((await ended(one.jobs, id)).state, 'DONE')
    assert.equal((await platform.runs()).length, 1)
  })

  it('fails once it was lost three times', async () => {
    await using platform = await openPlatform()
    const members: Member[] = [await platform.join('0', SHORT)]
    const { id } = await (members[0] as Member).jobs.submit({ spec: specOf('TFD') })
    for (const instance of ['1', '2', '3']) {
      const owner = members.at(-1) as Member
      await owner.trainings.next()
      await until(() => owner.control.get<JobRecord>(`batch-job/${id}`)?.owner === owner.jobs.get(id)?.owner)
      cutOff(owner)
      members.push(await platform.join(instance, SHORT))
    }
    const { state, problem, attempts } = await ended((members[3] as Member).jobs, id)
    assert.deepEqual([state, problem?.code, attempts], ['FAILED', 'JOB_LOST', 3])
  })

  it('at the very end is DONE without a second training', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one', SHORT)
    const { id, run } = await one.jobs.submit({ spec: specOf('TFD') })
    const training = await one.trainings.next()
    training.reach('EVALUATING')
    await until(() => one.control.get<JobRecord>(`batch-job/${id}`)?.state === 'EVALUATING')
    one.faults.artifacts = true
    training.succeed()
    await until(() => one.control.get<JobRecord>(`batch-job/${id}`)?.state === 'REGISTERING')
    // From here on it can still finish the run, and no longer say so.
    one.faults.control = true
    one.faults.artifacts = false
    await until(async () => (await platform.tracking.run(run))?.status === 'FINISHED')
    cutOff(one)
    const two = await platform.join('two', SHORT)
    const done = await ended(two.jobs, id)
    assert.equal(two.control.get<JobRecord>(`batch-job/${id}`)?.state, 'DONE')
    assert.deepEqual([done.state, done.attempts], ['DONE', 0])
    assert.equal(done.progress.metrics['fbeta2'], 0.8)
    assert.equal(two.trainings.count(), 0)
    assert.equal(two.registry.champion('TFD')?.run, run)
  })

  it('is cancelled by the next process, if it was to be', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one', SHORT)
    const { id } = await one.jobs.submit({ spec: specOf('TFD') })
    const training = await one.trainings.next()
    training.deaf = true
    await until(() => one.control.get<JobRecord>(`batch-job/${id}`)?.owner === 'one')
    cutOff(one)
    const two = await platform.join('two', SHORT)
    await two.jobs.cancel(id)
    assert.equal((await ended(two.jobs, id)).state, 'STOPPED')
    assert.equal(two.control.get<JobRecord>(`batch-job/${id}`)?.state, 'STOPPED')
    assert.equal(two.trainings.count(), 0)
  })
})

describe('a platform that is closed', () => {
  it('puts what trains back into the queue, from which its next start takes it', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one')
    const first = await one.jobs.submit({ spec: specOf('TFD') })
    const second = await one.jobs.submit({ spec: specOf('ETA') })
    const training = await one.trainings.next()
    training.reach('TRAINING')
    await one[Symbol.asyncDispose]()
    assert.equal(training.cancelled, true)
    assert.equal((await platform.tracking.run(first.run))?.status, 'SCHEDULED')

    platform.forgetCache()
    const two = await platform.join('two')
    const again = await two.trainings.next()
    assert.deepEqual([again.job.id, again.job.attempts], [first.id, 0])
    again.succeed()
    assert.equal((await ended(two.jobs, first.id)).state, 'DONE')
    ;(await two.trainings.next()).succeed()
    assert.equal((await ended(two.jobs, second.id)).state, 'DONE')
    assert.equal((await platform.runs()).length, 2)
  })

  it('stores a result that is there already', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one')
    const { id, run } = await one.jobs.submit({ spec: specOf('TFD') })
    const training = await one.trainings.next()
    training.reach('EVALUATING')
    one.faults.artifacts = true
    training.succeed()
    await stateOf(one.jobs, id, ({ state }) => state === 'REGISTERING')
    const closed = one[Symbol.asyncDispose]()
    one.faults.artifacts = false
    await closed
    assert.equal((await platform.tracking.run(run))?.status, 'FINISHED')
    const two = await platform.join('two')
    assert.equal(two.jobs.get(id)?.state, 'DONE')
  })

  for (const state of ['TRAINING', 'REGISTERING'] as const) {
    it(`gives up a training that is ${state} and does not stop`, async () => {
      await using platform = await openPlatform()
      const one = await platform.join('one', SHORT)
      const { id } = await one.jobs.submit({ spec: specOf('TFD') })
      const training = await one.trainings.next()
      training.deaf = true
      training.reach(state)
      await one[Symbol.asyncDispose]()
      assert.equal(training.killed, true)
      const two = await platform.join('two', { concurrency: 0 })
      assert.equal(two.jobs.get(id)?.state, 'QUEUED')
    })
  }
})

describe('two processes', () => {
  it('share the queue: each job is trained once, by one of them, and both tell the same', async () => {
    await using platform = await openPlatform()
    const members = [await platform.join('one'), await platform.join('two')]
    const [one, two] = members as [Member, Member]
    const ids: string[] = []
    for (let i = 0; i < 6; i++) {
      const { jobs } = members[i % 2] as Member
      ids.push((await jobs.submit({ spec: specOf('TFD', { seed: i }) })).id)
    }
    for (const { trainings } of members) {
      void (async () => {
        for (;;) {
          const training = await trainings.next()
          training.reach('TRAINING')
          await new Promise(resolve => setTimeout(resolve, 30))
          training.succeed()
        }
      })()
    }
    for (const id of ids) assert.equal((await ended(one.jobs, id)).state, 'DONE')
    for (const id of ids) assert.equal((await ended(two.jobs, id)).state, 'DONE')
    assert.equal(one.trainings.count() + two.trainings.count(), 6)
    assert.ok(one.trainings.count() > 0 && two.trainings.count() > 0)
    assert.deepEqual(
      one.jobs.list().map(({ id }) => id),
      [...ids].reverse(),
    )
  })

  it('both see how far a job is', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one')
    const two = await platform.join('two', { concurrency: 0 })
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    training.reach('TRAINING')
    training.say({ progress: { iteration: 7, percent: 42 } })
    const seen = await stateOf(two.jobs, id, ({ progress }) => progress.iteration === 7)
    assert.deepEqual([seen.state, seen.owner, seen.progress.percent], ['TRAINING', 'one', 42])
    assert.equal(two.jobs.get(id)?.progress.iteration, 7)
  })
})
