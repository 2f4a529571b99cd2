import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlEngineContract } from '#ports/sql-engine.contract.ts'
import type { ResultColumn, SqlRequest } from '#ports/sql-engine.ts'
import { openSqlEngine, type SqlEngineOptions } from './duckdb.ts'
import { openTestRelations } from './duckdb/test-relations.ts'

const open = async (options: Partial<SqlEngineOptions> = {}) => {
  const relations = await openTestRelations()
  const engine = await openSqlEngine({
    workDirectory: relations.directory,
    threads: 1,
    memoryMb: 400,
    ...options,
  })
  return {
    engine,
    relation: relations.relation,
    directory: relations.directory,
    connection: relations.connection,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await relations[Symbol.asyncDispose]()
    },
  }
}

sqlEngineContract({ name: 'DuckDB', open })

const ENDLESS = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range < 0'
const LIMITS = { relations: [], maxRows: 10, maxBytes: 1000, timeoutMs: 60_000 }
const request = (statement: string, options: Partial<SqlRequest> = {}): SqlRequest => ({
  id: 'x',
  statement,
  ...LIMITS,
  ...options,
})
const children = (pid: number): number[] => {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(Number)
  } catch {
    return []
  }
}
const until = async (condition: () => boolean, what: string) => {
  const end = Date.now() + 15_000
  while (!condition()) {
    if (Date.now() > end) assert.fail(what)
    await sleep(20)
  }
}

test('an engine that nobody asked has no process, and one that nobody asks any more ends its own', async () => {
  await using fixture = await open({ idleMs: 50 })
  assert.deepEqual(fixture.engine.status(), { running: 0, queued: 0, memoryBytes: 0 })
  await using run = fixture.engine.run(request('SELECT 1'))
  await run.summary
  assert.ok(fixture.engine.status().memoryBytes > 0)
  await until(() => fixture.engine.status().memoryBytes === 0, 'The process did not end.')
})

test('a process that crashes fails the statement that it ran, and the next one runs', async () => {
  await using fixture = await open()
  const before = children(process.pid)
  await using run = fixture.engine.run(request(ENDLESS))
  // The heavy one is started second.
  await until(() => children(process.pid).length >= before.length + 2, 'No process was started.')
  await until(() => fixture.engine.status().running === 1, 'The statement did not start.')
  for (const pid of children(process.pid))
    if (!before.includes(pid) && isWorker(pid)) process.kill(pid, 'SIGKILL')
  await assert.rejects(run.summary, { code: 'SQL_ENGINE_LOST' })
  await using next = fixture.engine.run(request('SELECT 1'))
  assert.equal((await next.summary).rowCount, 1)
})

test('its processes end with the process that started them, however that ends', async () => {
  await using fixture = await open()
  const child = fork(join(import.meta.dirname, 'kill-test/endless.ts'), [fixture.directory], {
    // By itself it would take part in the run of tests that it is started from.
    execArgv: [],
    env: {},
  })
  await once(child, 'message')
  const workers = children(child.pid!)
  assert.ok(workers.length > 0)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await until(() => workers.every(pid => !isWorker(pid)), 'A process outlived the one that started it.')
  await using again = await open({ workDirectory: fixture.directory })
  assert.ok(again.engine)
  const left = readdirSync(fixture.directory).filter(name => name.startsWith(`sql-${child.pid}-`))
  assert.deepEqual(left, [])
})

test('a line that is full refuses more, and one that waited too long is told so', async () => {
  await using fixture = await open({ queue: 1 })
  const { engine } = fixture
  // What is checked already is queued at once, in the order of the calls.
  await engine.validate(ENDLESS, [])
  await using first = engine.run(request(ENDLESS))
  await until(() => engine.status().running === 1, 'The statement did not start.')
  await using second = engine.run(request(ENDLESS, { timeoutMs: 4000 }))
  await until(() => engine.status().queued === 1, 'The statement did not wait.')
  await using third = engine.run(request(ENDLESS))
  await assert.rejects(third.summary, { code: 'SQL_BUSY' })
  await assert.rejects(second.summary, { code: 'SQL_BUSY' })
  await using quick = engine.run(request('SELECT 1'))
  assert.equal((await quick.summary).rowCount, 1)
  first.cancel()
  await assert.rejects(first.summary, { code: 'SQL_CANCELLED' })
})

test('a statement that only looked quick goes on elsewhere, and is known the next time', async () => {
  const notices: string[] = []
  await using fixture = await open({ onNotice: notice => notices.push(notice) })
  // Not one that recurs or joins tables, which is heavy from its start.
  const statement = 'SELECT count(*) FROM range(20000000000) t(i) WHERE hash(i) = 0'
  for (const expected of [1, 1]) {
    await using run = fixture.engine.run(request(statement, { timeoutMs: 2500 }))
    await assert.rejects(run.summary, { code: 'SQL_TIMEOUT' })
    assert.equal(notices.length, expected)
  }
})

test('what a result holds is the same in Parquet', async () => {
  await using fixture = await open()
  const statement = `SELECT 1 AS a, 2.50::DECIMAL(10,2) AS a, 'NaN'::DOUBLE AS d, DATE '2024-01-01' AS day, TIMESTAMPTZ '2024-01-01 00:00:00.000001+00' AS moment,
    9007199254740993 AS big, '\\xAB'::BLOB AS bytes, {'x': 1, 'y': ['a', NULL]} AS s, MAP {'k': 1.5::DOUBLE} AS m, 'é"\\' || chr(10) AS text, NULL AS nothing, true AS flag, [1, NULL] AS list`
  await using run = fixture.engine.run(request(statement))
  const columns = await run.columns
  const rows: unknown[] = []
  for await (const batch of run.rows) rows.push(...batch)
  const [rowsPath, path] = [join(fixture.directory, 'rows.ndjson'), join(fixture.directory, 'result.parquet')]
  await writeFile(rowsPath, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
  await fixture.engine.writeParquet({ columns: columns as ResultColumn[], rowsPath, path })
  const read = await fixture.connection.runAndReadAll(`SELECT * RENAME (a_1 AS b) FROM '${path}'`)
  const direct = await fixture.connection.runAndReadAll(statement.replace('(10,2) AS a', '(10,2) AS b'))
  assert.deepEqual(read.getRowsJson(), direct.getRowsJson())
  assert.deepEqual(
    read
      .columnTypes()
      .map(String)
      .filter(type => type !== 'SQLNULL'),
    direct
      .columnTypes()
      .map(String)
      .map(type => (type === 'SQLNULL' ? 'VARCHAR' : type)),
  )
  assert.ok((await readFile(path)).length > 0)
})

/** A process of the engine that lives. */
function isWorker(pid: number): boolean {
  try {
    const command = execFileSync('ps', ['-o', 'stat=,args=', '-p', String(pid)], { encoding: 'utf8' })
    return command.includes('worker.ts') && !command.startsWith('Z')
  } catch {
    return false
  }
}
