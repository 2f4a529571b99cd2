import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PortError } from '#ports/port-error.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { useCaseById } from '#use-cases/index.ts'
import { outcomeTexts } from '../session/outcome-record.ts'
import { json, last, openBench, runOf, runsOf, settled, until } from './test-bench.ts'

const TITLE = 'Transaction fraud detection'

describe('the run of a session', () => {
  it('is begun with it: its experiment is the use case, its params what the session began with', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    const run = await runOf(bench, view.record.id)
    const [experiment] = (await bench.tracking.experiments()).filter(({ name }) => name === TITLE)
    assert.equal(run.experimentId, experiment?.id)
    assert.deepEqual(bench.assigned, [['TFD-1', run.id]])
    assert.deepEqual([run.name, run.status, run.startedAt], ['weighted-naive-bayes', 'RUNNING', 1_000_000])
    const { features, ...params } = run.params
    assert.match(features ?? '', /^[0-9a-f]{16}$/)
    assert.deepEqual(params, {
      learner: 'weighted-naive-bayes',
      'learner.prior': '0.05',
      'learner.window': 'none',
      seed: '42/TFD',
      origin: 'none',
      'start.events': '[3,4,5]',
      'start.labels': '[0,1,2]',
      version: '1.2.3',
    })
    const { tags } = run
    assert.deepEqual(
      [tags['coelho.useCase'], tags['coelho.session'], tags['coelho.owner'], tags['mlflow.runName']],
      ['TFD', 'TFD-1', 'me', 'weighted-naive-bayes'],
    )
  })

  it('holds metrics and counters over time, by predictions made, and what is not defined in no point', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    bench.measure(view, { step: 10, value: null, labels: 2 })
    bench.measure(view, { step: 20, value: 0.5, labels: 12 })
    const run = await runOf(bench, view.record.id, ({ metrics }) => last(metrics, 'predictions') === 20)
    assert.deepEqual(Object.fromEntries(run.metrics.map(({ name, value }) => [name, value])), {
      fbeta2: 0.5,
      predictions: 20,
      labels: 12,
      pendingLabels: 8,
      deadLetters: 1,
      duplicates: 2,
      modelVersion: 12,
      modelSizeBytes: 4096,
    })
    const labels = await bench.tracking.metricHistory(run.id, 'labels')
    assert.deepEqual(
      labels.points.map(({ step, value, at }) => [step, value, at]),
      [
        [10, 2, 1_000_010],
        [20, 12, 1_000_020],
      ],
    )
    await settled(bench, 'TFD-1', ({ tags }) => tags['coelho.observations'] === '{"fbeta2":12,"rocAuc":0}')
  })

  it('takes fewer points the older it gets', async () => {
    await using bench = await openBench()
    let age = 20_000_000
    await using _tracking = bench.open({
      pace: { batchMs: 5000, artifactsMs: 0 },
      now: () => 1_000_000 + age,
    })
    const view = bench.begin('TFD')
    for (const [step, passed] of [
      [1, 0],
      [2, 5000],
      [3, 4999],
      [4, 2],
      [5, 2],
    ] as const) {
      age += passed
      bench.measure(view, { step, value: step / 10 })
    }
    const { id } = await runOf(bench, 'TFD-1', ({ metrics }) => last(metrics, 'predictions') === 4)
    const { points } = await bench.tracking.metricHistory(id, 'fbeta2')
    assert.deepEqual(
      points.map(({ step }) => step),
      [1, 4],
    )
  })

  it('goes on after a recovery: same run, no point twice', async () => {
    await using bench = await openBench()
    let tracking = bench.open()
    const view = bench.begin('TFD')
    bench.measure(view, { step: 10, value: 0.4 })
    bench.measure(view, { step: 20, value: 0.5 })
    await runOf(bench, 'TFD-1', ({ metrics }) => last(metrics, 'predictions') === 20)
    await tracking[Symbol.asyncDispose]()
    tracking = bench.open()
    bench.move(view, { state: 'STARTING', recoveries: 1, owner: 'other' })
    // Replay passes the same steps again.
    for (const [step, value] of [
      [10, 0.4],
      [20, 0.5],
      [30, 0.6],
    ] as const)
      bench.measure(view, { step, value })
    const run = await runOf(bench, 'TFD-1', ({ metrics }) => last(metrics, 'predictions') === 30)
    assert.deepEqual([run.id, bench.assigned.length], [bench.assigned[0]?.[1], 1])
    assert.deepEqual([run.tags['coelho.recoveries'], run.tags['coelho.owner']], ['1', 'other'])
    const { points } = await bench.tracking.metricHistory(run.id, 'fbeta2')
    assert.deepEqual(
      points.map(({ step, value }) => [step, value]),
      [
        [10, 0.4],
        [20, 0.5],
        [30, 0.6],
      ],
    )
    await tracking[Symbol.asyncDispose]()
  })

  it('is found by its tag when its creator died before telling anyone', async () => {
    await using bench = await openBench()
    const tracking = bench.open()
    const view = bench.begin('TFD')
    const { id } = await runOf(bench, 'TFD-1')
    await tracking[Symbol.asyncDispose]()
    view.record = { ...view.record, run: null }
    await using _again = bench.open()
    bench.move(view, { state: 'RUNNING' })
    await settled(bench, 'TFD-1', ({ tags }) => tags['coelho.state'] === 'RUNNING')
    assert.deepEqual(bench.assigned.at(-1), ['TFD-1', id])
    assert.equal((await runsOf(bench)).length, 1)
  })

  it('is begun anew when somebody deleted it, while the session goes on', async () => {
    await using bench = await openBench()
    const { tracking } = bench
    let deleted = ''
    const log: typeof tracking.log = (id, entries) =>
      id === deleted ? Promise.reject(new PortError('NOT_FOUND', 'Deleted.')) : tracking.log(id, entries)
    const run: typeof tracking.run = async id => (id === deleted ? null : tracking.run(id))
    const searchRuns: typeof tracking.searchRuns = async search => {
      const page = await tracking.searchRuns(search)
      return { ...page, runs: page.runs.filter(({ id }) => id !== deleted) }
    }
    await using _tracking = bench.open({ tracking: { ...tracking, log, run, searchRuns } })
    const view = bench.begin('TFD')
    deleted = (await runOf(bench, 'TFD-1')).id
    bench.measure(view, { step: 10, value: 0.5 })
    await until(() => bench.assigned.length === 2)
    await until(async () => {
      const fresh = await tracking.run(bench.assigned[1]?.[1] as string)
      return last(fresh?.metrics ?? [], 'fbeta2') === 0.5
    })
  })
})

describe('the status of a run', () => {
  for (const [state, status] of [
    ['FINISHED', 'FINISHED'],
    ['FAILED', 'FAILED'],
  ] as const) {
    it(`is ${status} when its session is ${state}, with the reason and the last metrics`, async () => {
      await using bench = await openBench()
      await using _tracking = bench.open({ pace: { batchMs: 60_000, artifactsMs: 60_000 } })
      const view = bench.begin('TFD')
      for (const other of ['RUNNING', 'PAUSED', 'STOPPING', 'LOST'] as const)
        bench.move(view, { state: other })
      await settled(bench, 'TFD-1', ({ tags }) => tags['coelho.state'] === 'LOST')
      bench.measure(view, { step: 10, value: 0.5 })
      const reason = state === 'FAILED' ? 'The learner broke.' : null
      bench.move(view, { state, reason, endedAt: 2_000_000 })
      const run = await settled(bench, 'TFD-1', run => run.status === status)
      assert.deepEqual([run.endedAt, run.tags['coelho.reason']], [2_000_000, reason ?? ''])
      assert.equal(last(run.metrics, 'fbeta2'), 0.5)
      assert.ok((await bench.tracking.artifacts.list(run.id)).some(({ path }) => path === 'session.json'))
    })
  }

  it('is KILLED when a lost session was replaced by a later one', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    bench.move(view, { state: 'LOST', reason: 'Gone.' })
    await settled(bench, 'TFD-1', ({ status }) => status === 'RUNNING')
    bench.begin('TFD')
    bench.move(view, {})
    await settled(bench, 'TFD-1', ({ status }) => status === 'KILLED')
    await settled(bench, 'TFD-2', ({ status }) => status === 'RUNNING')
  })

  it('is put right at the next start when its process ended too early; runs of others are left alone', async () => {
    await using bench = await openBench()
    const tracking = bench.open()
    const view = bench.begin('TFD')
    const { experimentId } = await runOf(bench, 'TFD-1')
    await tracking[Symbol.asyncDispose]()
    await bench.tracking.createRun({ experimentId, name: 'foreign' })
    const tags = { 'coelho.session': 'of another deployment' }
    await bench.tracking.createRun({ experimentId, name: 'neighbour', tags })
    view.local = false
    view.record = { ...view.record, state: 'FAILED', reason: 'Gave up.', endedAt: 3_000_000, owner: null }
    await using _again = bench.open()
    const run = await settled(bench, 'TFD-1', ({ status }) => status === 'FAILED')
    assert.deepEqual([run.endedAt, run.tags['coelho.reason']], [3_000_000, 'Gave up.'])
    const others = (await runsOf(bench)).filter(({ id }) => id !== run.id)
    assert.deepEqual(
      others.map(({ status }) => status),
      ['RUNNING', 'RUNNING'],
    )
  })
})

describe('a session that runs elsewhere', () => {
  it('is not logged here, and no more once it has moved', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    const { id } = await runOf(bench, 'TFD-1')
    view.local = false
    bench.move(view, { owner: 'other', recoveries: 1 })
    bench.measure(view, { step: 10, value: 0.5 })
    const elsewhere = { ...view, record: { ...view.record, id: 'TFD-9', run: null } }
    bench.events.emit('state', elsewhere)
    bench.events.emit('metrics', elsewhere)
    const mine = bench.begin('ETA')
    await runOf(bench, mine.record.id)
    const run = await bench.tracking.run(id)
    assert.deepEqual([run?.metrics, run?.tags['coelho.owner']], [[], 'me'])
    assert.equal((await runsOf(bench)).length, 2)
  })

  it('has all that was known when this process put it down', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open({ pace: { batchMs: 60_000, artifactsMs: 60_000 } })
    const view = bench.begin('TFD')
    await runOf(bench, 'TFD-1')
    bench.measure(view, { step: 10, value: 0.5 })
    view.local = false
    bench.move(view, { state: 'RUNNING', owner: null })
    await settled(
      bench,
      'TFD-1',
      ({ metrics, status }) => status === 'RUNNING' && last(metrics, 'fbeta2') === 0.5,
    )
  })
})

describe('artifacts of a run', () => {
  it('of a classifier are its checkpoint, confusion matrix, report and manifest', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    bench.measure(view, { step: 100, value: 0.5 })
    bench.checkpoints.set('TFD-1', Buffer.from('COELHOCP…'))
    view.checkpoint = { sequence: 100, at: 5, sizeBytes: 9, hash: 'abc' }
    view.report = {
      confusion: { trueNegatives: 80, falsePositives: 5, falseNegatives: 5, truePositives: 10 },
      threshold: 0.3,
    }
    bench.events.emit('checkpoint', view)
    const { id } = await runOf(bench, 'TFD-1')
    await until(async () => (await bench.tracking.artifacts.list(id, 'model')).length > 0)
    assert.equal(String(await bench.tracking.artifacts.read(id, 'model/model.checkpoint')), 'COELHOCP…')
    assert.deepEqual(await json(bench, id, 'reports/confusion_matrix.json'), {
      tn: 80,
      fp: 5,
      fn: 5,
      tp: 10,
      total: 100,
      threshold: 0.3,
    })
    const report = (await json(bench, id, 'reports/classification_report.json')) as Record<string, object>
    assert.deepEqual(report['accuracy'], 0.9)
    const { session, checkpoint, features, versions } = (await json(bench, id, 'session.json')) as {
      session: object
      checkpoint: object
      features: unknown[]
      versions: object
    }
    assert.deepEqual(checkpoint, view.checkpoint)
    assert.ok('seed' in session && features.length > 5)
    assert.deepEqual(versions, { coelho: '1.2.3', node: process.version })
  })

  it('of a regression show how its errors spread, of a clustering its clusters', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    const eta = bench.begin('ETA')
    const rows = Float64Array.from(
      { length: 300 },
      (_, i) => [Math.floor(i / 3), 7, Math.floor(i / 3) + 1][i % 3] ?? 0,
    )
    const [value] = outcomeTexts('ETA-1', 0, rows)
    const [foreign] = outcomeTexts('ETA-0', 0, Float64Array.of(0, 1, 1e6))
    const topic = topicsOf(useCaseById('ETA')).outcomes
    await bench.log.append(topic, [{ value: value ?? '' }, { value: foreign ?? '' }], { partition: 1 })
    bench.measure(eta, { step: 100, value: 1 })
    bench.move(eta, { state: 'FINISHED', endedAt: 2_000_000 })
    const run = await settled(bench, 'ETA-1', ({ status }) => status === 'FINISHED')
    assert.deepEqual(await json(bench, run.id, 'reports/residuals.json'), {
      n: 100,
      metrics: { fbeta2: 1, rocAuc: null },
      latest: {
        unit: 'seconds',
        absoluteError: {
          n: 100,
          mean: 50.5,
          quantiles: { p10: 10, p25: 25, p50: 50, p75: 75, p90: 90, p95: 95, p99: 99 },
          max: 100,
        },
      },
    })
    const ecci = bench.begin('ECCI')
    bench.measure(ecci, { step: 7, value: 3 })
    bench.move(ecci, { state: 'FINISHED', endedAt: 2_000_000 })
    const { id } = await settled(bench, 'ECCI-1', ({ status }) => status === 'FINISHED')
    assert.deepEqual(await json(bench, id, 'reports/clusters.json'), { events: 7, fbeta2: 3, rocAuc: null })
  })

  it('are written without what cannot be read', async () => {
    await using bench = await openBench()
    const readCheckpoint = () => Promise.reject(new Error('No cache.'))
    await bench.log[Symbol.asyncDispose]()
    await using _tracking = bench.open({ readCheckpoint })
    const view = bench.begin('ETA')
    bench.measure(view, { step: 10, value: 1 })
    view.checkpoint = { sequence: 10, at: 5, sizeBytes: 9, hash: 'abc' }
    bench.move(view, { state: 'FINISHED', endedAt: 2_000_000 })
    const { id } = await settled(bench, 'ETA-1', ({ status }) => status === 'FINISHED')
    const files = (await bench.tracking.artifacts.list(id)).map(({ path }) => path)
    assert.deepEqual([files, bench.notices], [['model-card.md', 'reports', 'session.json'], []])
  })

  it('that cannot be written do not keep a run from ending', async () => {
    await using bench = await openBench()
    await using _tracking = bench.open()
    bench.faults.artifacts = new PortError('ENGINE_UNREACHABLE', 'No artifact store.')
    const view = bench.begin('TFD')
    bench.move(view, { state: 'FINISHED', endedAt: 2_000_000 })
    await settled(bench, 'TFD-1', ({ status }) => status === 'FINISHED')
    assert.ok(bench.notices.some(notice => notice.startsWith('warn: Tracking refused the artifacts')))
  })
})
