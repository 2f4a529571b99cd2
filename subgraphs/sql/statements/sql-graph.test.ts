import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { openTestGraph, type TestGraph } from '../test-graph.ts'

/** Runs for minutes if it is let. */
const ENDLESS =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) % 7 = 0'
const SQL = `query($s: String!, $u: UseCaseId, $p: JSON, $limit: Int = 1000, $size: Int = 100, $asOf: AsOf, $t: Int, $wait: Int, $id: ID) {
  sql(statement: $s, useCase: $u, params: $p, limit: $limit, pageSize: $size, asOf: $asOf, timeout: $t, wait: $wait, id: $id) {
    id columns { name type } rows rowCount complete truncated elapsedMs queuedMs bytesScanned filesScanned filesSkipped
    pageInfo { hasNextPage endCursor } tables { table { name } version live } exports { format url }
  }
}`
const PAGE = `query($id: ID!, $first: Int, $after: String) {
  sqlResult(id: $id, first: $first, after: $after) { rows rowCount complete pageInfo { hasNextPage endCursor } }
}`

interface SqlData {
  sql: {
    id: string
    columns: { name: string; type: string }[]
    rows: unknown[][]
    rowCount: number
    complete: boolean
    truncated: boolean
    bytesScanned: number
    filesScanned: number
    pageInfo: { hasNextPage: boolean; endCursor: string }
    tables: { table: { name: string }; version: number; live: boolean }[]
  }
}

interface Cancelled {
  cancelSql: { __typename: string; code: string }
}

interface Validated {
  valid: boolean
  problem: { code: string }
  columns: object[]
  tables: { name: string }[]
  bytesToScan: number
  live: { kind: string; reason: string | null }
}

describe('statements', () => {
  let graph: TestGraph
  const run = (s: string, variables: Record<string, unknown> = {}) =>
    graph.ask<SqlData>(SQL, { s, ...variables })

  before(async () => {
    graph = await openTestGraph()
    await graph.produce('TFD', 60)
    await graph.sink('TFD')
  })
  after(() => graph[Symbol.asyncDispose]())

  test('give typed columns, rows, and what they took', async () => {
    const { data, errors } = await run('SELECT count(*) AS n, max(amount) > 0 AS positive FROM tfd.events')
    assert.deepEqual(errors, [])
    assert.deepEqual(data.sql.columns, [
      { name: 'n', type: 'BIGINT' },
      { name: 'positive', type: 'BOOLEAN' },
    ])
    assert.deepEqual(data.sql.rows, [[60, true]])
    const { complete, truncated, filesScanned, bytesScanned, tables } = data.sql
    assert.deepEqual(
      { complete, truncated, filesScanned },
      { complete: true, truncated: false, filesScanned: 1 },
    )
    assert.ok(bytesScanned > 1000)
    assert.deepEqual(tables, [{ table: { name: 'tfd.events' }, version: 1, live: false }])
  })

  test('see the tables of a use case without a schema, and `data` in the shape of the reference system', async () => {
    const { data } = await run(
      'SELECT d."timestamp", d.location, d.amount = e.amount FROM data d JOIN events e USING (transaction_id) LIMIT 1',
      { u: 'TFD' },
    )
    const [time, location, same] = data.sql.rows[0] as [string, string, boolean]
    assert.match(time, /^2026-01-05T00:0\d:\d\d\.\d{6}\+00:00$/)
    assert.deepEqual(Object.keys(JSON.parse(location)), ['lat', 'lon'])
    assert.equal(same, true)
    const columns = await run('SELECT * FROM data LIMIT 0', { u: 'TFD' })
    assert.ok(columns.data.sql.columns.every(({ name }) => !name.startsWith('_')))
  })

  test('take parameters by position and by name', async () => {
    assert.deepEqual((await run('SELECT ? || ? AS a', { p: ['x', 'y'] })).data.sql.rows, [['xy']])
    assert.deepEqual((await run('SELECT $1 AS a, $2 AS b', { p: [1.5, null] })).data.sql.rows, [[1.5, null]])
    assert.deepEqual((await run('SELECT $who AS a', { p: { who: "O'Hara" } })).data.sql.rows, [["O'Hara"]])
    const { errors } = await run('SELECT $1', { p: [{ a: 1 }] })
    assert.equal(errors[0]?.code, 'SQL_PARAMETER')
    assert.match(String(errors[0]?.message), /params\.0: \{"a":1\} given, text, a finite number/)
  })

  test('are cut at their limit, and say so', async () => {
    const { data } = await run('SELECT range FROM range(50)', { limit: 20, size: 100 })
    const { rowCount, truncated, complete } = data.sql
    assert.deepEqual({ rowCount, truncated, complete }, { rowCount: 20, truncated: true, complete: true })
  })

  test('are read in pages by cursor, each row once and in order', async () => {
    const { data } = await run('SELECT range FROM range(25000)', { limit: 100_000, size: 7 })
    const seen = data.sql.rows.flat()
    assert.equal(seen.length, 7)
    for (let { pageInfo } = data.sql; pageInfo.hasNextPage; ) {
      const variables = { id: data.sql.id, first: 9999, after: pageInfo.endCursor }
      const page = (await graph.ask<{ sqlResult: SqlData['sql'] }>(PAGE, variables)).data.sqlResult
      seen.push(...page.rows.flat())
      pageInfo = page.pageInfo
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25_000 }, (_, i) => i),
    )
  })

  test('answer without rows once `wait` is over, and go on', async () => {
    const id = randomUUID()
    const { data } = await run(ENDLESS, { id, wait: 50 })
    const { columns, rows, complete, pageInfo } = data.sql
    assert.deepEqual(
      { rows, complete, next: pageInfo.hasNextPage },
      { rows: [], complete: false, next: true },
    )
    assert.equal(columns, null)
    const cancelled = await graph.ask<Cancelled>(`mutation { cancelSql(id: "${id}") { __typename } }`)
    assert.equal(cancelled.data.cancelSql.__typename, 'SqlCancelled')
    const { errors } = await graph.ask(PAGE, { id })
    assert.deepEqual(
      errors.map(({ code, extensions }) => [code, extensions['id']]),
      [['SQL_CANCELLED', id]],
    )
    const again = await graph.ask<Cancelled>(
      `mutation { cancelSql(id: "${id}") { ... on SqlNotRunning { code } } }`,
    )
    assert.equal(again.data.cancelSql.code, 'SQL_NOT_RUNNING')
  })

  test('end when their client is gone', async () => {
    const leaving = new AbortController()
    setTimeout(() => leaving.abort(), 100)
    const { errors } = await graph.ask(SQL, { s: ENDLESS }, leaving.signal)
    assert.equal(errors[0]?.code ?? 'SQL_CANCELLED', 'SQL_CANCELLED')
    for (const deadline = Date.now() + 5000; graph.services.engine.status().running > 0; ) {
      assert.ok(Date.now() < deadline, 'still running')
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  })

  test('go on when the client that asked first is gone, for the one that asked for the same', async () => {
    const id = randomUUID()
    const leaving = new AbortController()
    const variables = { s: ENDLESS, id, wait: 700 }
    const [first, second] = [graph.ask(SQL, variables, leaving.signal), graph.ask<SqlData>(SQL, variables)]
    setTimeout(() => leaving.abort(), 200)
    await first
    const { data, errors } = await second
    assert.deepEqual(errors, [])
    assert.equal(data.sql.complete, false)
    assert.equal(graph.services.results.find(id)?.abort.signal.aborted, false)
    assert.equal(graph.services.statements.cancel(id), true)
  })

  test('begin anew under an id whose statement was cancelled', async () => {
    const id = randomUUID()
    const { statements, results } = graph.services
    const request = { statement: 'SELECT count(*) FROM range(40000000) WHERE range % 7 = 0', id }
    const first = await statements.start(request)
    statements.cancel(id)
    // Both before and after the first has come to its end.
    const second = await statements.start(request)
    assert.notEqual(second, first)
    statements.cancel(id)
    using _held = results.hold(second)
    await second.wait(() => false, { ms: 10_000 })
    const [third, fourth] = await Promise.all([statements.start(request), statements.start(request)])
    assert.equal(third, fourth)
    await third.wait(() => false, { ms: 10_000 })
    assert.deepEqual([third.failure, third.spool.rowCount], [null, 1])
    assert.equal(await statements.start(request), third)
  })

  test('have pages of some megabytes at most, and an answer has a few of them', async () => {
    const { data } = await run("SELECT range, repeat('x', 5000) FROM range(9000)", {
      limit: 10_000,
      size: 9000,
    })
    const { id, rows, pageInfo } = data.sql
    assert.ok(rows.length > 700 && rows.length < 900, String(rows.length))
    assert.equal(pageInfo.hasNextPage, true)
    const next = await graph.ask<{ sqlResult: SqlData['sql'] }>(PAGE, {
      id,
      first: 2,
      after: pageInfo.endCursor,
    })
    assert.deepEqual(
      next.data.sqlResult.rows.map(([n]) => n),
      [rows.length, rows.length + 1],
    )
    const aliases = Array.from(
      { length: 40 },
      (_, i) => `a${i}: sqlResult(id: "${id}", first: 10000) { rows }`,
    )
    const { errors } = await graph.ask(`{ ${aliases.join(' ')} }`)
    assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['SQL_BUSY'])
  })

  test('end at their timeout', async () => {
    const { errors } = await run(ENDLESS, { t: 200 })
    assert.equal(errors[0]?.code, 'SQL_TIMEOUT')
  })

  test('give the same result again for the same id, and refuse it for another statement', async () => {
    const id = randomUUID()
    const both = await Promise.all([run('SELECT uuid() AS x', { id }), run('SELECT uuid() AS x', { id })])
    assert.deepEqual(both[0]?.data, both[1]?.data)
    assert.deepEqual((await run('SELECT uuid() AS x', { id })).data, both[0]?.data)
    assert.equal((await run('SELECT 2', { id })).errors[0]?.code, 'SQL_ID_TAKEN')
    assert.equal((await run('SELECT 2', { id: '../../etc' })).errors[0]?.code, 'BAD_USER_INPUT')
  })

  test('say where they are wrong', async () => {
    const { errors } = await run('SELECT 1,\n  nope FROM data', { u: 'TFD' })
    const { code, position, line, column } = errors[0]?.extensions ?? {}
    assert.deepEqual(
      { code, position, line, column },
      { code: 'SQL_UNKNOWN_NAME', position: 13, line: 2, column: 3 },
    )
    const unknown = await run('SELECT * FROM nothing', { u: 'TFD' })
    assert.match(String(unknown.errors[0]?.message), /no relation "nothing".*data, events.*eta\.events/)
  })

  test('refuse what is out of bounds', async () => {
    for (const wrong of [
      { limit: 0 },
      { limit: 100_001 },
      { size: 0 },
      { t: 0 },
      { t: 60_001 },
      { wait: 30_000 },
    ]) {
      const { errors } = await run('SELECT 1', wrong)
      assert.equal(errors[0]?.code, 'BAD_USER_INPUT', JSON.stringify(wrong))
    }
  })

  test('see an earlier version, an earlier time, and what the table does not have yet', async () => {
    await graph.produce('ETA', 10)
    await graph.sink('ETA')
    await new Promise(resolve => setTimeout(resolve, 1100))
    await graph.produce('ETA', 5)
    const count = async (asOf: object | null, s = 'SELECT count(*) FROM data') => {
      const { data, errors } = await run(s, { u: 'ETA', asOf })
      return errors[0]?.code ?? [data.sql.rows[0]?.[0], data.sql.tables[0]?.live]
    }
    assert.deepEqual(await count(null), [10, false])
    assert.deepEqual(await count({ mode: 'LIVE' }), [15, true])
    assert.deepEqual(await count({ version: 0 }), [0, false])
    assert.deepEqual(await count({ versions: [{ table: 'eta.events', version: 0 }] }), [0, false])
    assert.deepEqual(await count({ at: new Date().toISOString() }), [10, false])
    assert.equal(await count({ version: 99 }), 'LAKE_VERSION_UNKNOWN')
    assert.equal(await count({ at: '2020-01-01T00:00:00Z' }), 'LAKE_VERSION_UNKNOWN')
    const two = 'SELECT count(*) FROM events, predictions'
    assert.equal(await count({ version: 1 }, two), 'BAD_USER_INPUT')
    assert.equal(await count({ versions: [{ table: 'no.such', version: 1 }] }), 'BAD_USER_INPUT')
    assert.deepEqual(await count({ mode: 'LIVE' }, 'SELECT count(*) FROM quarantine'), [0, false])
  })

  test('that are only validated tell columns, tables and how they can be kept live', async () => {
    const { data } = await graph.ask<Record<'good' | 'bad', Validated>>(`{
      good: sqlValidate(useCase: TFD, statement: "SELECT user_id, amount FROM events WHERE amount > 9") {
        valid problem { code } columns { name type } tables { name } bytesToScan live { kind reason } }
      bad: sqlValidate(useCase: TFD, statement: "DROP TABLE events") { valid problem { code message line column } tables { name } live { kind } }
    }`)
    assert.deepEqual(data.good.live, { kind: 'FILTER', reason: null })
    assert.deepEqual(data.good.tables, [{ name: 'tfd.events' }])
    assert.equal(data.good.columns.length, 2)
    assert.ok(data.good.bytesToScan > 0)
    assert.equal(data.bad.valid, false)
    assert.equal(data.bad.problem.code, 'SQL_REFUSED')
  })

  test('are counted and timed', async () => {
    const text = await graph.registry.metrics()
    assert.match(text, /coelho_sql_queries_total\{outcome="COMPLETE"\} \d+/)
    assert.match(text, /coelho_sql_queries_total\{outcome="SQL_TIMEOUT"\} 1/)
    assert.match(text, /coelho_sql_running 0/)
    assert.match(text, /coelho_sql_rows_returned_count \d+/)
  })
})

test('a lake that is away is told without its address, and takes nothing else with it', async () => {
  await using graph = await openTestGraph()
  const { PortError } = await import('#ports/port-error.ts')
  const down = new PortError('ENGINE_UNREACHABLE', 'http://10.0.0.7:9000 does not answer.', {
    details: { endpoint: 'http://10.0.0.7:9000' },
  })
  const [entry] = graph.services.catalog.entries
  const table = await graph.services.catalog.table(entry as never)
  await new Promise(resolve => setTimeout(resolve, 1100))
  Object.assign(table, { snapshot: () => Promise.reject(down) })
  const told = await graph.ask<{
    tables: { version: number | null }[]
    sqlCompletion: { relations: object[] }
  }>(
    '{ tables { name uri version rowCount columns { name } } sqlCompletion { relations { columns { name } } } }',
  )
  assert.deepEqual(
    told.data.tables.map(({ version }) => version),
    [null, ...told.data.tables.slice(1).map(() => 0)],
  )
  assert.equal(told.data.sqlCompletion.relations.length, told.data.tables.length)
  const { errors } = await graph.ask('{ sql(statement: "FROM tfd.events") { id } }')
  const all = [...told.errors, ...errors]
  assert.deepEqual([...new Set(all.map(({ code }) => code))], ['LAKE_UNAVAILABLE'])
  assert.doesNotMatch(JSON.stringify(all), /10\.0\.0\.7/)
})

test('results lie in private files, which are gone with the process', async () => {
  const graph = await openTestGraph()
  await graph.ask('{ sql(statement: "SELECT 1") { id } }')
  const scratch = graph.services.results.scratchPath('x')
  const folder = scratch.slice(0, scratch.lastIndexOf('/'))
  assert.equal(readdirSync(folder).length, 1)
  await graph[Symbol.asyncDispose]()
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' })
})
