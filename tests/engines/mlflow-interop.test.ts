import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openMlflowTracking } from '#adapters/tracking/mlflow.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import { requirePython } from '#engines/install-python.ts'
import { startMlflowServer } from '#engines/mlflow-server.ts'
import type { MetricPoint, Run, Tracking } from '#ports/tracking.ts'

const ROOT = join(import.meta.dirname, '../..')
const MODEL = 'TFD online'
const EXPERIMENT = 'Transaction Fraud Detection'
const START = 1_700_000_000_000

/** What the Python script prints of a run. */
interface ReadRun {
  id: string
  name: string
  status: string
  startedAt: number
  endedAt: number | null
  user: string
  params: Record<string, string>
  tags: Record<string, string>
  last: Record<string, string>
  histories: Record<string, [value: string, step: number, at: number][]>
  files: Record<string, string>
}

interface ReadAll {
  experiments: [id: string, name: string][]
  runs: ReadRun[]
  versions: {
    version: number
    runId: string
    tags: Record<string, string>
    description: string
    status: string
  }[]
  aliases: Record<string, number>
  byAlias: Record<string, [version: number, content: string]>
}

const scratch = await mkdtemp(join(tmpdir(), 'mlflow-interop-'))
after(() => rm(scratch, { recursive: true, force: true }))
const python = await requirePython()

const run = async (script: string, ...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(python, [script, ...args], {
    // From anywhere: what is in the database must not depend on the working directory.
    cwd: tmpdir(),
    env: { MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: 'true' },
    maxBuffer: 2 ** 24,
  })
  return stdout
}
const client = async <T>(command: 'read' | 'extend', folder: string, argument: string): Promise<T> =>
  JSON.parse(await run(join(import.meta.dirname, 'mlflow-interop.py'), command, databaseIn(folder), argument))

const databaseIn = (folder: string) => join(folder, 'mlflow.db')
const openIn = (folder: string) =>
  openSqliteTracking({ database: databaseIn(folder), artifactsDir: join(folder, 'artifacts') })

/** As Python writes a number. */
const repr = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** Of a schema; migrations add indexes and constraints in an order that changes from one process to the next. */
const linesOf = (sql: string): string[] =>
  sql
    .split('\n')
    .map(line => line.replace(/[,;]? *$/, ''))
    .sort()

const bytes = (text: string) => new TextEncoder().encode(text)

const writeAll = async (tracking: Tracking) => {
  const { id: experimentId } = await tracking.ensureExperiment(EXPERIMENT)
  const live = await tracking.createRun({
    experimentId,
    name: 'ARF classifier',
    startedAt: START,
    params: { seed: '42', 'learner/trees': '10', text: 'é "quoted" \'single\'\nline 2' },
    tags: { training_mode: 'from_scratch', session: 'TFD-1' },
  })
  const metrics: MetricPoint[] = [0.25, 0.5, Number.NaN, 1 / 3].map((value, i) => ({
    name: 'F1',
    value,
    step: 100 * i,
    at: START + i,
  }))
  metrics.push({ name: 'rate', value: 200, step: 300, at: START + 9 })
  await tracking.log(live.id, { metrics })
  await tracking.artifacts.write(live.id, 'checkpoints/1.json', bytes('checkpoint 1 é'))
  await tracking.artifacts.write(live.id, 'class report.json', bytes('{}'))
  const failed = await tracking.createRun({ experimentId, name: 'ARF classifier', startedAt: START - 1000 })
  await tracking.log(failed.id, { tags: { 'coelho.reason': 'The worker ended.' } })
  await tracking.updateRun(failed.id, { status: 'FAILED', endedAt: START - 500 })
  for (const tag of ['a', 'b']) {
    await tracking.models.createVersion({
      model: MODEL,
      runId: live.id,
      artifactPath: tag === 'a' ? 'checkpoints' : 'checkpoints/1.json',
      tags: { tag },
      ...(tag === 'a' && { description: 'the first' }),
    })
  }
  await tracking.models.setAlias(MODEL, 'champion', 1)
  await tracking.models.setAlias(MODEL, 'challenger', 2)
  return { experimentId, live: live.id, failed: failed.id }
}

/** A run of ours in the words of the script. */
const asRead = async (
  tracking: Tracking,
  { id, ...run }: Run,
  files: Record<string, string>,
): Promise<ReadRun> => {
  const histories: ReadRun['histories'] = {}
  for (const { name } of run.metrics) {
    const { points } = await tracking.metricHistory(id, name)
    histories[name] = points.map(({ value, step, at }) => [repr(value), step, at])
  }
  const { name, status, startedAt, endedAt, params, tags } = run
  const last = Object.fromEntries(run.metrics.map(({ name, value }) => [name, repr(value)]))
  return {
    id,
    name,
    status,
    startedAt,
    endedAt,
    user: tags['mlflow.user'] ?? '',
    params,
    tags,
    last,
    histories,
    files,
  }
}

const reader = (text: Uint8Array) => new TextDecoder().decode(text)

describe('MLflow on a database of the embedded store', { concurrency: false }, () => {
  let folder = join(scratch, 'before')
  let ids = { experimentId: '', live: '', failed: '' }
  let tracking: Tracking

  before(async () => {
    tracking = await openIn(folder)
    ids = await writeAll(tracking)
  })
  after(() => tracking[Symbol.asyncDispose]())

  test('the shipped schema is what the installed MLflow creates', async () => {
    const created = await run(join(ROOT, 'engines/dump-mlflow-schema.py'))
    const shipped = await readFile(join(ROOT, 'adapters/tracking/sqlite/schema-dc11669786a5.sql'), 'utf8')
    assert.deepEqual(linesOf(shipped), linesOf(created))
  })

  test('a new database differs from a new one of MLflow by one index and one tag', async () => {
    await using server = await startMlflowServer({ database: join(scratch, 'theirs.db') })
    const read = (file: string, sql: string): Record<string, unknown>[] => {
      using database = new DatabaseSync(file, { readOnly: true })
      return database
        .prepare(sql)
        .all()
        .map(row => ({ ...row }))
    }
    const objects = 'SELECT type, name, sql FROM sqlite_master ORDER BY name'
    const inOrder = (row: Record<string, unknown>) => ({ ...row, sql: linesOf(String(row['sql'])) })
    const isOurs = (row: Record<string, unknown>) => row['name'] === 'coelho_metric_history'
    const ours = read(databaseIn(folder), objects)
    assert.equal(ours.filter(isOurs).length, 1)
    assert.deepEqual(
      ours.filter(row => !isOurs(row)).map(inOrder),
      read(server.database, objects).map(inOrder),
    )
    for (const table of ['alembic_version', 'workspaces']) {
      assert.deepEqual(
        read(databaseIn(folder), `SELECT * FROM ${table}`),
        read(server.database, `SELECT * FROM ${table}`),
      )
    }
    const defaults =
      'SELECT experiment_id, name, lifecycle_stage, workspace FROM experiments WHERE experiment_id = 0'
    assert.deepEqual(read(databaseIn(folder), defaults), read(server.database, defaults))
    assert.deepEqual(
      read(databaseIn(folder), 'SELECT "key" FROM experiment_tags').map(({ key }) => key),
      ['coelho.artifactRoot'],
    )
  })

  test('the Python client reads exactly what was written, while the store is open', async () => {
    const read = await client<ReadAll>('read', folder, MODEL)
    assert.deepEqual(read.experiments, [
      ['0', 'Default'],
      [ids.experimentId, EXPERIMENT],
    ])
    const files = { 'checkpoints/1.json': 'checkpoint 1 é', 'class report.json': '{}' }
    assert.deepEqual(read.runs, [
      await asRead(tracking, (await tracking.run(ids.live))!, files),
      await asRead(tracking, (await tracking.run(ids.failed))!, {}),
    ])
    assert.deepEqual(read.runs[0]?.histories['F1'], [
      ['0.25', 0, START],
      ['0.5', 100, START + 1],
      ['nan', 200, START + 2],
      ['0.3333333333333333', 300, START + 3],
    ])
    const versions = read.versions.sort((a, b) => a.version - b.version)
    assert.deepEqual(versions, [
      { version: 1, runId: ids.live, tags: { tag: 'a' }, description: 'the first', status: 'READY' },
      { version: 2, runId: ids.live, tags: { tag: 'b' }, description: null, status: 'READY' },
    ])
    assert.deepEqual(read.aliases, { champion: 1, challenger: 2 })
    assert.deepEqual(read.byAlias, { champion: [1, 'checkpoint 1 é'], challenger: [2, 'checkpoint 1 é'] })
  })

  test('the store reads what the Python client added', async () => {
    const options = {
      runId: ids.live,
      deleteId: ids.failed,
      model: MODEL,
      artifacts: join(folder, 'artifacts'),
    }
    const added = await client<{ runId: string; version: number; experimentId: string }>(
      'extend',
      folder,
      JSON.stringify(options),
    )
    const ours = (await tracking.run(ids.live))!
    assert.deepEqual(
      [ours.name, ours.status, ours.endedAt],
      ['renamed by the client', 'FINISHED', START + 1_000_000],
    )
    assert.deepEqual([ours.params['theirs'], ours.tags['theirs']], ['1', 'yes'])
    assert.deepEqual(ours.metrics, [
      { name: 'F1', value: 0.75, step: 900, at: START + 900_000 },
      { name: 'rate', value: 200, step: 300, at: START + 9 },
      { name: 'theirs', value: Infinity, step: 1, at: START + 900_001 },
    ])
    assert.equal((await tracking.metricHistory(ids.live, 'F1')).total, 5)
    assert.equal(reader(await tracking.artifacts.read(ids.live, 'theirs/note.txt')), 'added by the client')

    const theirs = (await tracking.run(added.runId))!
    assert.deepEqual(
      [theirs.name, theirs.status, theirs.params],
      ['made by the client', 'FAILED', { depth: '6' }],
    )
    const { points } = await tracking.metricHistory(added.runId, 'loss')
    assert.deepEqual(
      points.map(({ value }) => value),
      [1, 1 / 2, 1 / 3, Number.NaN, 1 / 5],
    )
    assert.deepEqual(
      (await tracking.artifacts.list(added.runId)).map(({ path }) => path),
      ['model', 'report.json'],
    )
    assert.deepEqual(JSON.parse(reader(await tracking.artifacts.read(added.runId, 'report.json'))), { a: 1 })

    const champion = (await tracking.models.byAlias(MODEL, 'champion'))!
    const { createdAt, ...rest } = champion
    assert.ok(createdAt > START)
    assert.deepEqual(rest, {
      model: MODEL,
      version: added.version,
      runId: added.runId,
      artifactPath: 'model',
      description: 'theirs',
      tags: { by: 'client' },
      aliases: ['champion'],
    })
    assert.equal(await tracking.models.byAlias(MODEL, 'challenger'), null)
    assert.equal(await tracking.run(ids.failed), null)

    const own = await tracking.createRun({ experimentId: added.experimentId, name: 'ours in theirs' })
    await tracking.artifacts.write(own.id, 'a', bytes('x'))
    assert.deepEqual(await tracking.artifacts.list(own.id), [{ path: 'a', isDirectory: false, sizeBytes: 1 }])
  })

  test('`mlflow server` on the file serves the same by HTTP, artifacts too', async () => {
    await using server = await startMlflowServer({
      database: databaseIn(folder),
      artifacts: join(folder, 'artifacts'),
    })
    await using served = await openMlflowTracking({ uri: server.url })
    assert.deepEqual(await served.experiments(), await tracking.experiments())
    const search = { experimentIds: [ids.experimentId] }
    const { runs } = await tracking.searchRuns(search)
    assert.equal(runs.length, 2)
    assert.deepEqual((await served.searchRuns(search)).runs, runs)
    for (const { id, metrics } of runs) {
      for (const { name } of metrics) {
        assert.deepEqual(await served.metricHistory(id, name), await tracking.metricHistory(id, name))
      }
      assert.deepEqual(await served.artifacts.list(id), await tracking.artifacts.list(id))
    }
    const path = 'checkpoints/1.json'
    assert.deepEqual(
      Buffer.from(await served.artifacts.read(ids.live, path)),
      await tracking.artifacts.read(ids.live, path),
    )
    assert.deepEqual(await served.models.versions(MODEL), await tracking.models.versions(MODEL))

    // And back: what comes in by HTTP, beside the open store, is the store's too.
    const { id } = await served.createRun({
      experimentId: ids.experimentId,
      name: 'by HTTP',
      params: { a: '1' },
    })
    assert.deepEqual(await tracking.run(id), await served.run(id))
    const { id: experimentId } = await served.ensureExperiment('by HTTP')
    const proxied = await served.createRun({ experimentId, name: 'by HTTP' })
    await served.artifacts.write(proxied.id, 'folder/a', bytes('by HTTP'))
    assert.equal(reader(await tracking.artifacts.read(proxied.id, 'folder/a')), 'by HTTP')
    await tracking.artifacts.write(proxied.id, 'folder/b', bytes('by the store'))
    assert.equal(reader(await served.artifacts.read(proxied.id, 'folder/b')), 'by the store')
  })

  test('the Python client opens the artifacts of a data directory that was moved', async () => {
    await tracking[Symbol.asyncDispose]()
    const moved = join(scratch, 'after é 2')
    await rename(folder, moved)
    folder = moved
    tracking = await openIn(folder)
    const read = await client<ReadAll>('read', folder, MODEL)
    const ours = read.runs.find(({ id }) => id === ids.live)
    assert.equal(ours?.files['checkpoints/1.json'], 'checkpoint 1 é')
    assert.deepEqual(read.byAlias['champion'], [3, 'their model'])
  })
})
