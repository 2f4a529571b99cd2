import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JobRecord } from './job.ts'
import { ended, openPlatform, until } from './test-platform.ts'
import { resultOf, specOf } from './test-result.ts'

describe('a batch job', () => {
  it('is a run from QUEUED on, goes through its states, and leaves what its training did', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings, registry } = await platform.join()
    const job = await jobs.submit({ spec: specOf('TFD') })
    assert.equal(job.state, 'QUEUED')
    assert.deepEqual([job.spec.useCase, job.owner, job.attempts], ['TFD', null, 0])
    const queued = await platform.tracking.run(job.run)
    assert.equal(queued?.name, 'gradient-boosting')
    assert.equal(queued?.params['learner.iterations'], '5')
    assert.equal(queued?.tags['coelho.job'], job.id)

    const seen: string[] = []
    const following = (async () => {
      for await (const { state } of jobs.updates(job.id)) if (seen.at(-1) !== state) seen.push(state)
    })()
    const training = await trainings.next()
    training.reach('TRAINING')
    training.say({ progress: { iteration: 1, iterations: 2, curve: [point(1)] } })
    await until(async () => (await platform.tracking.run(job.run))?.status === 'RUNNING')
    training.say({ progress: { iteration: 2, curve: [point(1), point(2)] } })
    training.reach('EVALUATING')
    training.succeed()
    const done = await ended(jobs, job.id)
    await following

    assert.deepEqual(
      seen.filter(state => state !== 'QUEUED'),
      ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING', 'DONE'],
    )
    assert.deepEqual([done.owner, done.problem, done.progress.percent], [null, null, 100])
    assert.equal(done.progress.metrics['fbeta2'], 0.8)
    assert.ok((done.endedAt ?? 0) >= (done.startedAt ?? 0) && (done.startedAt ?? 0) >= done.queuedAt)
    const run = await platform.tracking.run(job.run)
    assert.equal(run?.status, 'FINISHED')
    assert.equal(run?.tags['coelho.state'], 'DONE')
    assert.equal(run?.tags['coelho.modelHash'], resultOf(job.spec).manifest.modelHash)
    assert.deepEqual(JSON.parse(run?.tags['coelho.observations'] ?? ''), {
      fbeta2: 150,
      'validation.fbeta2': 150,
    })
    assert.deepEqual([run?.params['version'], run?.params['train.rows']], ['7', '700'])
    const curve = await platform.tracking.metricHistory(job.run, 'curve.train')
    assert.deepEqual(
      curve.points.map(({ step, value }) => [step, value]),
      [
        [1, 1],
        [2, 0.5],
      ],
    )
    const model = await platform.tracking.artifacts.read(job.run, 'model/model.bin')
    assert.deepEqual([...model], [...(resultOf(job.spec).files.get('model/model.bin') as Uint8Array)])
    assert.equal(registry.champion('TFD')?.run, job.run)
  })

  it('that fails says why, also in its run', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join()
    const job = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    training.reach('FEATURES')
    training.fail('ONE_CLASS', 'One class only.')
    const { state, problem } = await ended(jobs, job.id)
    assert.deepEqual([state, problem], ['FAILED', { code: 'ONE_CLASS', message: 'One class only.' }])
    const run = await platform.tracking.run(job.run)
    assert.deepEqual([run?.status, run?.tags['coelho.reason']], ['FAILED', 'One class only.'])
    assert.ok(run?.endedAt)
  })

  it('fails when its training cannot be started, or goes back to an earlier state', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', {
      start(options) {
        if (options.job.spec.learner === 'catboost')
          throw Object.assign(new Error('No Python.'), { code: 'ENGINE_MISSING' })
        return trainings.start(options)
      },
    })
    const none = await jobs.submit({ spec: specOf('TFD', { learner: 'catboost' }) })
    assert.deepEqual((await ended(jobs, none.id)).problem, { code: 'ENGINE_MISSING', message: 'No Python.' })
    const back = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    training.reach('TRAINING')
    training.say({ state: 'LOADING', progress: {} })
    assert.equal((await ended(jobs, back.id)).problem?.code, 'JOB_TRANSITION')
    assert.equal(training.killed, true)
  })

  it('is refused for a use case that there is not, and asked for by an id that there is not', async () => {
    await using platform = await openPlatform()
    const { jobs } = await platform.join()
    await assert.rejects(jobs.submit({ spec: specOf('XYZ') }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(jobs.submit({ spec: specOf('TFD'), idempotencyKey: '' }), { code: 'BAD_USER_INPUT' })
    await assert.rejects(jobs.cancel('nothing'), { code: 'JOB_NOT_FOUND' })
    assert.throws(() => jobs.updates('nothing'), { code: 'JOB_NOT_FOUND' })
    assert.equal(jobs.get('nothing'), undefined)
    assert.deepEqual(jobs.list(), [])
  })
})

describe('the queue', () => {
  it('is worked off in order, by as many at once as a process may', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', { concurrency: 2 })
    const ids: string[] = []
    for (const useCase of ['TFD', 'ETA', 'TFD', 'ECCI'])
      ids.push((await jobs.submit({ spec: specOf(useCase) })).id)
    assert.deepEqual(
      jobs.list().map(({ id }) => id),
      [...ids].reverse(),
    )
    assert.deepEqual(
      jobs.list('TFD').map(({ id }) => id),
      [ids[2], ids[0]],
    )
    const first = await trainings.next()
    const second = await trainings.next()
    await new Promise(resolve => setTimeout(resolve, 60))
    assert.equal(trainings.count(), 2)
    second.succeed()
    const third = await trainings.next()
    first.succeed()
    third.succeed()
    const fourth = await trainings.next()
    fourth.succeed()
    assert.deepEqual(
      [first, second, third, fourth].map(({ job }) => job.id),
      ids,
    )
    for (const id of ids) assert.equal((await ended(jobs, id)).state, 'DONE')
  })

  it('has a bound, which running jobs do not count to', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', { mostQueued: 2 })
    const running = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    await jobs.submit({ spec: specOf('TFD') })
    await jobs.submit({ spec: specOf('TFD') })
    await assert.rejects(jobs.submit({ spec: specOf('TFD') }), {
      code: 'QUEUE_FULL',
      message: '2 batch jobs wait already, 2 at most may.',
    })
    training.succeed()
    await ended(jobs, running.id)
    await trainings.next()
    await jobs.submit({ spec: specOf('TFD') })
  })

  it('takes in one job for one idempotency key, however often and wherever it comes', async () => {
    await using platform = await openPlatform()
    const { jobs } = await platform.join('one', { concurrency: 0 })
    const other = await platform.join('two', { concurrency: 0 })
    const submission = { spec: specOf('TFD'), idempotencyKey: 'monday' }
    const taken = await Promise.all([
      jobs.submit(submission),
      other.jobs.submit(submission),
      jobs.submit(submission),
    ])
    assert.equal(new Set(taken.map(({ id, run }) => `${id} ${run}`)).size, 1)
    assert.equal((await platform.runs()).length, 1)
    await assert.rejects(jobs.submit({ ...submission, spec: specOf('TFD', { seed: 7 }) }), {
      code: 'IDEMPOTENCY_CONFLICT',
    })
    const another = await jobs.submit({ ...submission, idempotencyKey: 'tuesday' })
    assert.notEqual(another.id, taken[0]?.id)
  })
})

describe('who follows a job', () => {
  it('gets its progress thinned, each state, and the end last', async () => {
    await using platform = await openPlatform()
    const { jobs, trainings } = await platform.join('one', { timing: { updateMs: 40 } })
    const { id } = await jobs.submit({ spec: specOf('TFD') })
    const training = await trainings.next()
    const heard: JobRecord[] = []
    const following = (async () => {
      for await (const job of jobs.updates(id)) heard.push(job)
    })()
    training.reach('TRAINING')
    const begun = performance.now()
    for (let i = 1; i <= 30; i++) {
      training.say({ progress: { iteration: i } })
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    training.say({ progress: { iteration: 31 } })
    await until(() => heard.at(-1)?.progress.iteration === 31)
    const elapsed = performance.now() - begun
    training.succeed()
    await following
    const told = heard.filter(({ state }) => state === 'TRAINING').length
    assert.ok(told <= 2 + elapsed / 40, `${told} updates in ${elapsed} ms`)
    assert.equal(heard.at(-1)?.state, 'DONE')
    assert.deepEqual(await collected(jobs.updates(id)), [heard.at(-1)])
  })

  it('may stop to, and is let go when the jobs are closed', async () => {
    await using platform = await openPlatform()
    const member = await platform.join('one', { concurrency: 0 })
    const { id } = await member.jobs.submit({ spec: specOf('TFD') })
    const stopping = new AbortController()
    const one = collected(member.jobs.updates(id, stopping.signal))
    const other = collected(member.jobs.updates(id))
    await new Promise(setImmediate)
    stopping.abort()
    assert.deepEqual(
      (await one).map(({ state }) => state),
      ['QUEUED'],
    )
    await member[Symbol.asyncDispose]()
    assert.equal((await other).length, 1)
  })
})

const point = (iteration: number) => ({ iteration, train: 1 / iteration, validation: null, metric: null })

async function collected(updates: AsyncIterable<JobRecord>): Promise<JobRecord[]> {
  const all: JobRecord[] = []
  for await (const job of updates) all.push(job)
  return all
}
