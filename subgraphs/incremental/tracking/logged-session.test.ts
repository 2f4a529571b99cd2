import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import { EVENT } from '../session/packed-items.ts'
import { generateItems } from '../session/test-items.ts'
import { append, platform, sequence, state, until, useCase } from '../session/test-platform.ts'
import { openSessionTracking } from './session-tracking.ts'

test('a session that loses its worker, its process, and is stopped has one run with its last metrics and artifacts', async () => {
  await using p = await platform()
  await using tracking = await openSqliteTracking({
    database: join(p.checkpointsDir, 'mlflow.db'),
    artifactsDir: join(p.checkpointsDir, 'artifacts'),
  })
  const items = generateItems({ useCase, mode: 'parity', count: 600, seed: 'logged' })
  const events = items.filter(({ kind }) => kind === EVENT).length
  const start = async () => {
    const incremental = await p.open()
    const { sessions } = incremental.services
    const logged = openSessionTracking({
      useCases: [useCase],
      tracking,
      log: p.log,
      sessions,
      assignRun: sessions.assignRun,
      readCheckpoint: async session => {
        const folder = join(p.checkpointsDir, session)
        const newest = (await readdir(folder))
          .filter(name => name.endsWith('.checkpoint'))
          .sort()
          .at(-1)
        return newest ? readFile(join(folder, newest)) : null
      },
      notice: (_, message) => assert.fail(message),
      codeVersion: '1.2.3',
      pace: { batchMs: 0 },
    })
    await sessions.restore()
    await until(() => state(incremental) === 'RUNNING', 'the session to run')
    const end = async () => {
      await incremental[Symbol.asyncDispose]()
      await logged[Symbol.asyncDispose]()
    }
    return { incremental, sessions, end }
  }

  const first = await start()
  await append(p.log, items.slice(0, 300))
  await until(() => sequence(first.incremental) > 0, 'a prediction')
  await first.sessions.runner('TFD')?.terminate()
  await until(() => state(first.incremental) !== 'RUNNING', 'the loss to be noticed')
  await until(() => state(first.incremental) === 'RUNNING', 'the session to run again')
  await first.end()

  const second = await start()
  await append(p.log, items.slice(300))
  await until(() => sequence(second.incremental) === events, 'every event to be predicted')
  const { record, metrics } = await second.sessions.stop('TFD')
  await second.end()

  const experiment = await tracking.ensureExperiment(useCase.title)
  const { runs } = await tracking.searchRuns({ experimentIds: [experiment.id] })
  const [run] = runs
  assert.ok(run && runs.length === 1)
  assert.deepEqual([run.id, run.status, run.endedAt], [record.run, 'FINISHED', record.endedAt])
  assert.equal(run.tags['coelho.recoveries'], '1')
  const logged = Object.fromEntries(run.metrics.map(({ name, value }) => [name, value]))
  for (const { name, value } of metrics) assert.equal(logged[name] ?? null, value, name)
  assert.equal(logged['predictions'], events)
  const { points } = await tracking.metricHistory(run.id, 'predictions')
  assert.deepEqual(
    points.map(({ step }) => step),
    [...new Set(points.map(({ step }) => step))].sort((a, b) => a - b),
  )
  const files = [
    ...(await tracking.artifacts.list(run.id)),
    ...(await tracking.artifacts.list(run.id, 'model')),
  ].map(({ path }) => path)
  assert.ok(files.includes('session.json') && files.includes('model/model.checkpoint'), files.join(', '))
})
