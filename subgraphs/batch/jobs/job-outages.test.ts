import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ended, openPlatform, stateOf, until } from './test-platform.ts'
import { specOf } from './test-result.ts'

describe('while tracking is away', () => {
  it('no job is taken in, and nothing of it stays', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings, control } = await platform.join()
    faults.tracking = true
    await assert.rejects(jobs.submit({ spec: specOf('TFD') }), { code: 'ENGINE_UNREACHABLE' })
    assert.deepEqual([jobs.list(), control.entries('batch-job/')], [[], []])
    faults.tracking = false
    await jobs.submit({ spec: specOf('TFD') })
    await trainings.next()
  })

  it('a training goes on, and its result waits until it is back', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings, notices } = await platform.join()
    const { id, run } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    faults.tracking = true
    training.reach('TRAINING')
    training.say({ progress: { curve: [{ iteration: 1, train: 0.5, validation: null, metric: null }] } })
    await until(() => notices.some(notice => notice.includes('Tracking: It is away.')))
    training.succeed()
    await stateOf(jobs, id, ({ state }) => state === 'REGISTERING')
    await new Promise(resolve => setTimeout(resolve, 40))
    assert.equal(jobs.get(id)?.state, 'REGISTERING')
    faults.tracking = false
    assert.equal((await ended(jobs, id)).state, 'DONE')
    const history = await platform.tracking.metricHistory(run, 'curve.train')
    assert.deepEqual(
      history.points.map(({ value }) => value),
      [0.5],
    )
    assert.equal(notices.filter(notice => notice.includes('Tracking: It is away.')).length, 1)
  })

  it('for too long, a job is FAILED with the reason, never DONE; its run says so later', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings, registry } = await platform.join('one', { timing: { storeMs: 40 } })
    const { id, run } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    faults.tracking = true
    training.succeed()
    const { state, problem } = await ended(jobs, id)
    assert.deepEqual([state, problem?.code], ['FAILED', 'RESULT_NOT_STORED'])
    assert.match(problem?.message ?? '', /could not be stored in its run: It is away\./)
    assert.notEqual((await platform.tracking.run(run))?.status, 'FINISHED')
    faults.tracking = false
    await until(async () => (await platform.tracking.run(run))?.status === 'FAILED')
    assert.equal(registry.champion('TFD'), null)
  })

  it('a job can be cancelled, and its run is closed by whoever starts next', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one', { concurrency: 0, timing: { graceMs: 20_000 } })
    const { id, run } = await one.jobs.submit({ spec: specOf('TFD') })
    one.faults.tracking = true
    assert.equal((await one.jobs.cancel(id)).state, 'STOPPED')
    assert.equal((await platform.tracking.run(run))?.status, 'SCHEDULED')
    await one[Symbol.asyncDispose]()
    await platform.join('two', { concurrency: 0 })
    await until(async () => (await platform.tracking.run(run))?.status === 'KILLED')
  })

  it('and the run was deleted, a job is FAILED', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', {
      tracking: new Proxy(platform.tracking, {
        get: (target, name) =>
          name === 'log'
            ? () => Promise.reject(Object.assign(new Error('There is no run.'), { code: 'NOT_FOUND' }))
            : Reflect.get(target, name),
      }),
      timing: { storeMs: 30 },
    })
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    ;(await trainings.next()).succeed()
    assert.equal((await ended(jobs, id)).problem?.code, 'RESULT_NOT_STORED')
  })
})

describe('while control is away', () => {
  it('no job is taken in', async () => {
    await using platform = await openPlatform()
    const { jobs, faults } = await platform.join()
    faults.control = true
    await assert.rejects(jobs.submit({ spec: specOf('TFD') }), { code: 'ENGINE_UNREACHABLE' })
    assert.deepEqual(await platform.runs(), [])
  })

  it('a training goes on, and is DONE once that can be written', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings, notices } = await platform.join()
    const other = await platform.join('two', { concurrency: 0 })
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    faults.control = true
    training.reach('EVALUATING')
    training.succeed()
    await stateOf(jobs, id, ({ state }) => state === 'REGISTERING')
    await until(() => notices.some(notice => notice.includes('its state cannot be stored')))
    assert.equal(other.jobs.get(id)?.state, 'LOADING')
    faults.control = false
    assert.equal((await ended(jobs, id)).state, 'DONE')
    assert.equal((await ended(other.jobs, id)).state, 'DONE')
  })

  it('a job that trains here can be cancelled all the same', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings } = await platform.join('one', { timing: { graceMs: 20_000 } })
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    faults.control = true
    const stopping = jobs.cancel(id)
    await until(() => training.cancelled)
    faults.control = false
    assert.equal((await stopping).state, 'STOPPED')
  })
})

describe('while the cache is away', () => {
  it('what trains goes on to its end, and what waits begins when it is back', async () => {
    await using platform = await openPlatform()
    const { jobs, faults, trainings, notices } = await platform.join()
    const first = await jobs.submit({ spec: specOf('TFD') })
    const second = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    faults.cache = true
    training.succeed()
    assert.equal((await ended(jobs, first.id)).state, 'DONE')
    await until(() => notices.some(notice => notice.includes('the queue cannot be read')))
    assert.equal(jobs.get(second.id)?.state, 'QUEUED')
    faults.cache = false
    await trainings.next()
  })

  it('and empty afterwards, an owner keeps its job', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one')
    const { id } = await one.jobs.submit({ spec: specOf('TFD') })
    const training = await one.trainings.next()
    const two = await platform.join('two', { timing: { renewMs: 2000 } })
    for (let i = 0; i < 4; i++) {
      await platform.forgetLease(id, 'one')
      await new Promise(resolve => setTimeout(resolve, 70))
    }
    training.succeed()
    assert.equal((await ended(two.jobs, id)).attempts, 0)
    assert.equal(two.trainings.count(), 0)
  })
})

describe('a submission whose process died', () => {
  it('before its run was known ends FAILED, with a run, so that nothing hangs', async () => {
    await using platform = await openPlatform()
    const one = await platform.join('one', { concurrency: 0 })
    const { id } = await one.jobs.submit({ spec: specOf('TFD') })
    const record = one.jobs.get(id)
    await one[Symbol.asyncDispose]()
    const two = await platform.join('two')
    ;(await two.trainings.next()).succeed()
    await two.control.put('batch-job/TFD-torn', { ...record, id: 'TFD-torn', run: '', queuedAt: 1000 })
    await until(() => two.jobs.get('TFD-torn')?.state === 'FAILED')
    const torn = two.jobs.get('TFD-torn')
    assert.equal(torn?.problem?.code, 'SUBMISSION_LOST')
    assert.equal((await platform.tracking.run(torn?.run ?? ''))?.status, 'FAILED')
  })
})
