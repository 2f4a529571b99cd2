import assert from 'node:assert/strict'
import { ABSENT_RUN, type Bench, newExperiment, newRun } from './bench.ts'

export const runSpecifications = ({ specification }: Bench): void => {
  specification('begins a run that is running, with its params and tags', async tracking => {
    const experimentId = await newExperiment(tracking)
    const startedAt = 1_700_000_000_123
    const run = await tracking.createRun({
      experimentId,
      name: 'ARF classifier',
      startedAt,
      params: { seed: '42', 'learner/trees': '10', empty: '' },
      tags: { training_mode: 'from_scratch', note: 'line 1\nline 2 "quoted" \'single\' é 🚀' },
    })
    assert.match(run.id, /^[0-9a-f]{32}$/)
    assert.equal(run.experimentId, experimentId)
    assert.equal(run.name, 'ARF classifier')
    assert.equal(run.status, 'RUNNING')
    assert.equal(run.startedAt, startedAt)
    assert.equal(run.endedAt, null)
    assert.deepEqual(run.params, { seed: '42', 'learner/trees': '10', empty: '' })
    assert.equal(run.tags['training_mode'], 'from_scratch')
    assert.equal(run.tags['note'], 'line 1\nline 2 "quoted" \'single\' é 🚀')
    assert.deepEqual(run.metrics, [])
    assert.deepEqual(await tracking.run(run.id), run)
  })

  specification('tags a run so that pages of MLflow show its name, user and source', async tracking => {
    const { tags } = await newRun(tracking, { name: 'model' })
    assert.equal(tags['mlflow.runName'], 'model')
    assert.equal(tags['mlflow.source.name'], 'coelho-realtime')
    assert.equal(tags['mlflow.source.type'], 'LOCAL')
    assert.ok(tags['mlflow.user'])
    assert.equal(Object.keys(tags).length, 4)
    const own = await newRun(tracking, { tags: { 'mlflow.user': 'ada' } })
    assert.equal(own.tags['mlflow.user'], 'ada')
  })

  specification('starts a run now unless told when', async tracking => {
    const before = Date.now()
    const { startedAt } = await newRun(tracking)
    assert.ok(startedAt >= before && startedAt <= Date.now())
  })

  specification('ends a run with its status, now unless told when', async tracking => {
    for (const status of ['FINISHED', 'FAILED', 'KILLED'] as const) {
      const { id } = await newRun(tracking)
      const before = Date.now()
      const ended = await tracking.updateRun(id, { status })
      assert.equal(ended.status, status)
      assert.ok(ended.endedAt !== null && ended.endedAt >= before && ended.endedAt <= Date.now())
      const told = await tracking.updateRun(id, { endedAt: before - 5000 })
      assert.deepEqual([told.status, told.endedAt], [status, before - 5000])
      assert.deepEqual(await tracking.run(id), told)
    }
  })

  specification('lets a run that ended go on', async tracking => {
    const { id } = await newRun(tracking)
    await tracking.updateRun(id, { status: 'FAILED' })
    const resumed = await tracking.updateRun(id, { status: 'RUNNING' })
    assert.deepEqual([resumed.status, resumed.endedAt], ['RUNNING', null])
    assert.equal((await tracking.updateRun(id, { status: 'SCHEDULED' })).status, 'SCHEDULED')
  })

  specification('renames a run, by its name or by the tag', async tracking => {
    const { id } = await newRun(tracking, { name: 'first' })
    const second = await tracking.updateRun(id, { name: 'second' })
    assert.deepEqual([second.name, second.tags['mlflow.runName']], ['second', 'second'])
    await tracking.log(id, { tags: { 'mlflow.runName': 'third' } })
    const third = await tracking.run(id)
    assert.deepEqual([third?.name, third?.tags['mlflow.runName']], ['third', 'third'])
  })

  specification('refuses a run without a name, or with two', async tracking => {
    const experimentId = await newExperiment(tracking)
    const invalid = { code: 'INVALID_ARGUMENT' }
    await assert.rejects(tracking.createRun({ experimentId, name: '' }), invalid)
    await assert.rejects(
      tracking.createRun({ experimentId, name: 'one', tags: { 'mlflow.runName': 'other' } }),
      invalid,
    )
    await assert.rejects(tracking.createRun({ experimentId, name: 'x', params: { '../x': '1' } }), invalid)
    assert.deepEqual((await tracking.searchRuns({ experimentIds: [experimentId] })).runs, [])
  })

  specification('says that a run or an experiment does not exist', async tracking => {
    const missing = { code: 'NOT_FOUND' }
    assert.equal(await tracking.run(ABSENT_RUN), null)
    assert.equal(await tracking.run('no id at all'), null)
    await assert.rejects(tracking.updateRun(ABSENT_RUN, { status: 'FINISHED' }), missing)
    await assert.rejects(tracking.log(ABSENT_RUN, { tags: { a: 'b' } }), missing)
    await assert.rejects(tracking.metricHistory(ABSENT_RUN, 'F1'), missing)
    await assert.rejects(tracking.artifacts.list(ABSENT_RUN), missing)
    await assert.rejects(tracking.artifacts.read(ABSENT_RUN, 'a'), missing)
    await assert.rejects(tracking.createRun({ experimentId: '987654321', name: 'model' }), missing)
    await assert.rejects(tracking.createRun({ experimentId: 'none', name: 'model' }), missing)
  })
}
