import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { trackingContract } from '#ports/tracking.contract.ts'
import type { Tracking } from '#ports/tracking.ts'
import { openSqliteTracking } from './sqlite.ts'

const scratch = await mkdtemp(join(tmpdir(), 'tracking-'))
after(() => rm(scratch, { recursive: true, force: true }))

const shared = join(scratch, 'shared é #1')
trackingContract({
  name: 'SQLite',
  open: () => openIn(shared),
})

const openIn = (folder: string, busyTimeoutMs = 2000): Promise<Tracking> =>
  openSqliteTracking({ database: databaseIn(folder), artifactsDir: join(folder, 'artifacts'), busyTimeoutMs })

const databaseIn = (folder: string): string => join(folder, 'tracking', 'mlflow.db')

let folders = 0
const newFolder = async (): Promise<string> => {
  folders += 1
  const folder = join(scratch, `${folders}`)
  await mkdir(join(folder, 'tracking'), { recursive: true })
  return folder
}

const rejectsWith = async (promise: Promise<unknown>, code: string, ...parts: (string | RegExp)[]) => {
  const error = (await promise.then(
    () => assert.fail('It did not fail.'),
    (error: unknown) => error,
  )) as Error & { code: string }
  assert.equal(error.code, code, error.message)
  for (const part of parts) assert.ok(error.message.match(part), `${part} in ${error.message}`)
}

/** Asks the file itself, as another program would. */
const query = (folder: string, sql: string): Record<string, unknown>[] => {
  using database = new DatabaseSync(databaseIn(folder), { readOnly: true })
  return database.prepare(sql).all()
}

const withArtifact = async (folder: string): Promise<string> => {
  await using tracking = await openIn(folder)
  const { id: experimentId } = await tracking.ensureExperiment('TFD')
  const { id } = await tracking.createRun({ experimentId, name: 'model' })
  await tracking.artifacts.write(id, 'checkpoints/1.bin', new Uint8Array([1, 2, 3]))
  await tracking.models.createVersion({ model: 'TFD', runId: id, artifactPath: 'checkpoints/1.bin' })
  return id
}

test('everything is there after closing and opening again', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  await using tracking = await openIn(folder)
  assert.deepEqual(
    (await tracking.experiments()).map(({ id, name }) => [id, name]),
    [
      ['0', 'Default'],
      ['1', 'TFD'],
    ],
  )
  assert.equal((await tracking.run(id))?.name, 'model')
  assert.deepEqual([...(await tracking.artifacts.read(id, 'checkpoints/1.bin'))], [1, 2, 3])
})

test('a closed database is one file without a journal beside it', async () => {
  const folder = await newFolder()
  await withArtifact(folder)
  assert.deepEqual(await readdir(join(folder, 'tracking')), ['mlflow.db'])
})

test('a database of another schema revision is refused and left as it is', async () => {
  const folder = await newFolder()
  await withArtifact(folder)
  {
    using database = new DatabaseSync(databaseIn(folder))
    database.exec("UPDATE alembic_version SET version_num = 'bd07f7e963c5'; PRAGMA journal_mode = DELETE")
  }
  const before = await readFile(databaseIn(folder))
  await rejectsWith(
    openIn(folder),
    'ENGINE_UNSUPPORTED',
    databaseIn(folder),
    /bd07f7e963c5/,
    /dc11669786a5/,
    /mlflow db upgrade/,
  )
  assert.deepEqual(await readFile(databaseIn(folder)), before)
})

test('a database of something else is refused and left as it is', async () => {
  const folder = await newFolder()
  {
    using database = new DatabaseSync(databaseIn(folder))
    database.exec('CREATE TABLE runs (id INTEGER)')
  }
  const before = await readFile(databaseIn(folder))
  await rejectsWith(openIn(folder), 'ENGINE_UNSUPPORTED', /no schema revision of MLflow/)
  assert.deepEqual(await readFile(databaseIn(folder)), before)
})

test('a file that is no SQLite database is refused and left as it is', async () => {
  const folder = await newFolder()
  const content = 'This is a letter, and a long one too. '.repeat(50)
  await writeFile(databaseIn(folder), content)
  await rejectsWith(openIn(folder), 'ENGINE_UNSUPPORTED', databaseIn(folder), /no SQLite database/)
  assert.equal(await readFile(databaseIn(folder), 'utf8'), content)
})

test('an empty file becomes a database', async () => {
  const folder = await newFolder()
  await writeFile(databaseIn(folder), '')
  await withArtifact(folder)
})

test('a path that cannot be is refused with the file', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'file'), '')
  const inFile = { database: join(folder, 'file', 'x.db'), artifactsDir: join(folder, 'artifacts') }
  await rejectsWith(openSqliteTracking(inFile), 'DATA_DIRECTORY_UNUSABLE', inFile.database)
  const isFolder = { database: join(folder, 'tracking'), artifactsDir: join(folder, 'artifacts') }
  await rejectsWith(openSqliteTracking(isFolder), 'DATA_DIRECTORY_UNUSABLE', isFolder.database)
  const artifactsInFile = { database: databaseIn(folder), artifactsDir: join(folder, 'file', 'artifacts') }
  await rejectsWith(
    openSqliteTracking(artifactsInFile),
    'DATA_DIRECTORY_UNUSABLE',
    artifactsInFile.artifactsDir,
  )
})

test('another writer is waited for, and named when it does not end', async () => {
  const folder = await newFolder()
  await using tracking = await openIn(folder, 200)
  using other = new DatabaseSync(databaseIn(folder))
  other.exec('BEGIN IMMEDIATE')
  await rejectsWith(
    tracking.ensureExperiment('a'),
    'DATA_DIRECTORY_LOCKED',
    databaseIn(folder),
    /another process/,
  )
  await rejectsWith(openIn(folder, 50), 'DATA_DIRECTORY_LOCKED')
  assert.equal((await tracking.experiments()).length, 1)
  const waiting = tracking.ensureExperiment('a')
  await sleep(50)
  other.exec('COMMIT')
  assert.equal((await waiting).name, 'a')
})

test('two stores on one file write at the same time and lose nothing', async () => {
  const folder = await newFolder()
  await using first = await openIn(folder)
  await using second = await openIn(folder)
  const { id: experimentId } = await first.ensureExperiment('shared')
  const { id } = await second.createRun({ experimentId, name: 'model' })
  const logAll = async (tracking: Tracking, name: string) => {
    for (let step = 0; step < 50; step += 1) {
      await tracking.log(id, { metrics: [{ name, value: step, step, at: step }] })
      await sleep(0)
    }
  }
  await Promise.all([logAll(first, 'a'), logAll(second, 'b')])
  assert.equal((await first.metricHistory(id, 'b')).total, 50)
  assert.equal((await second.metricHistory(id, 'a')).total, 50)
})

test('what is logged together is stored together or not at all', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  await using tracking = await openIn(folder)
  await tracking.log(id, { params: { seed: '1' } })
  const entries = {
    params: { new: '1', seed: '2' },
    tags: { new: '1' },
    metrics: [{ name: 'm', value: 1, step: 1, at: 1 }],
  }
  await assert.rejects(tracking.log(id, entries), { code: 'TRACKING_REFUSED' })
  const run = await tracking.run(id)
  assert.deepEqual([run?.params, run?.tags['new'], run?.metrics], [{ seed: '1' }, undefined, []])
})

test('a moved data directory has its addresses rewritten, and a copy does not touch the original', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  const moved = join(scratch, "moved 100% 'here'")
  const copied = join(scratch, 'copied')
  await rename(folder, moved)
  await cp(moved, copied, { recursive: true })
  for (const place of [moved, copied]) {
    {
      await using tracking = await openIn(place)
      assert.equal((await tracking.artifacts.read(id, 'checkpoints/1.bin')).length, 3)
      assert.equal((await tracking.models.versions('TFD'))[0]?.artifactPath, 'checkpoints/1.bin')
    }
    const root = pathToFileURL(join(place, 'artifacts')).href
    const [run] = query(place, `SELECT artifact_uri AS uri FROM runs WHERE run_uuid = '${id}'`)
    assert.equal(run?.['uri'], `${root}/1/${id}/artifacts`)
    const locations = query(place, 'SELECT artifact_location AS uri FROM experiments ORDER BY experiment_id')
    assert.deepEqual(
      locations.map(({ uri }) => uri),
      [`${root}/0`, `${root}/1`],
    )
  }
})

test('artifacts outside the artifact folder are not opened, by address or by link', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  await writeFile(join(folder, 'secret'), 'secret')
  await using tracking = await openIn(folder)
  const run = join(folder, 'artifacts', '1', id, 'artifacts')
  await symlink(folder, join(run, 'link'))
  await rejectsWith(
    tracking.artifacts.read(id, 'link/secret'),
    'TRACKING_REFUSED',
    /opens only what is below/,
  )
  await rejectsWith(tracking.artifacts.write(id, 'link/new', new Uint8Array(1)), 'TRACKING_REFUSED')
  await rejectsWith(tracking.artifacts.list(id, 'link'), 'TRACKING_REFUSED')
  const addresses = [pathToFileURL(folder).href, folder, 's3://bucket/x', 'mlflow-artifacts:/../..', '']
  for (const address of addresses) {
    using database = new DatabaseSync(databaseIn(folder))
    database.prepare('UPDATE runs SET artifact_uri = ?').run(address)
    await rejectsWith(tracking.artifacts.read(id, 'secret'), 'TRACKING_REFUSED')
    await rejectsWith(tracking.artifacts.list(id), 'TRACKING_REFUSED')
  }
})

test('unfinished files of a writer that was killed are in no list, and go after an hour', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  const unfinished = join(folder, 'artifacts', '.unfinished')
  await writeFile(join(unfinished, 'old'), 'x')
  await writeFile(join(unfinished, 'new'), 'x')
  await utimes(join(unfinished, 'old'), 0, 0)
  await using tracking = await openIn(folder)
  assert.deepEqual(await readdir(unfinished), ['new'])
  assert.deepEqual(
    (await tracking.artifacts.list(id)).map(({ path }) => path),
    ['checkpoints'],
  )
})

test('a killed process loses nothing that was acknowledged', async () => {
  const folder = await newFolder()
  const script = fileURLToPath(new URL('./kill-test/writer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, databaseIn(folder), join(folder, 'artifacts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = -1
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line)
    if (acknowledged >= 200) child.kill('SIGKILL')
  }
  assert.ok(acknowledged >= 200)
  await using tracking = await openIn(folder)
  const { id: experimentId } = await tracking.ensureExperiment('killed')
  const { runs } = await tracking.searchRuns({ experimentIds: [experimentId] })
  const { points } = await tracking.metricHistory(runs[0]!.id, 'm')
  assert.ok(points.length > acknowledged, `${points.length} points of ${acknowledged + 1}`)
  assert.deepEqual(
    points.map(({ step }) => step),
    points.map((_, i) => i),
  )
})

test('a deleted run is gone, and a deleted experiment comes back with its runs when it is asked for', async () => {
  const folder = await newFolder()
  const id = await withArtifact(folder)
  await using tracking = await openIn(folder)
  using other = new DatabaseSync(databaseIn(folder))
  other.exec("UPDATE runs SET lifecycle_stage = 'deleted'")
  assert.equal(await tracking.run(id), null)
  assert.deepEqual((await tracking.searchRuns({ experimentIds: ['1'] })).runs, [])
  await assert.rejects(tracking.log(id, { tags: { a: 'b' } }), { code: 'NOT_FOUND' })
  other.exec("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE experiment_id = 1")
  assert.equal((await tracking.experiments()).length, 1)
  const run = { experimentId: '1', name: 'model' }
  await assert.rejects(tracking.createRun(run), { code: 'TRACKING_REFUSED' })
  assert.equal((await tracking.ensureExperiment('TFD')).id, '1')
  assert.equal((await tracking.run(id))?.id, id)
})

test('the search for a metric history reads the index of ours alone', async () => {
  const folder = await newFolder()
  await withArtifact(folder)
  const [plan] = query(
    folder,
    `EXPLAIN QUERY PLAN SELECT step, timestamp, value, is_nan FROM metrics WHERE run_uuid = 'a' AND "key" = 'b'
    AND (step, timestamp, value, is_nan) > (1, 1, 1, 0) ORDER BY step, timestamp, value, is_nan LIMIT 10`,
  )
  assert.match(
    String(plan?.['detail']),
    /USING COVERING INDEX coelho_metric_history \(run_uuid=\? AND key=\? AND/,
  )
})
