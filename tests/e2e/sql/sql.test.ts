import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createClient } from '#sdk/http.ts'
import { auditId } from '#subgraphs/sql/audit/audit-id.ts'
import { useCases } from '#use-cases/index.ts'
import { ask } from '../support/ask.ts'
import { graphql } from '../support/graphql.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'
import { runSql, SQL } from './run-sql.ts'

const ENDLESS =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) % 7 = 0'
/** For a machine that does much else besides. */
const PATIENT = { withinMs: 60_000 }

describe('SQL over what the platform has streamed', () => {
  let platform: PlatformProcess
  const query = <T>(text: string, variables?: Record<string, unknown>) =>
    ask<T>(platform.url, text, variables)
  const sql = (s: string, variables?: Record<string, unknown>) => runSql(platform.url, s, variables)

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--rate', '60', '--label-speed', '20'] })
    await until(
      'rows in the tables of events and predictions of every use case',
      async () => {
        const { tables } = await query<{ tables: { kind: string; rowCount: number }[] }>(
          '{ tables { kind rowCount } }',
        )
        return tables.every(({ kind, rowCount }) => !/EVENTS|PREDICTIONS/.test(kind) || rowCount > 50)
      },
      PATIENT,
    )
  })
  after(() => platform?.kill())

  test('every use case has its table, joined with what other subgraphs know of it', async () => {
    const found = await query<{
      useCases: {
        id: string
        title: string
        lag: object
        table: { name: string; rowCount: number; uri: string; columns: object[] }
      }[]
    }>('{ useCases { id title lag { totalLag } table { name rowCount uri columns { name type } } } }')
    assert.deepEqual(
      found.useCases.map(({ id, table }) => [id, table.name]),
      useCases.map(({ id }) => [id, `${id.toLowerCase()}.events`]),
    )
    for (const { table } of found.useCases) {
      assert.ok(table.rowCount > 50)
      assert.match(table.uri, /^file:\/\/\//)
    }
  })

  test('a count agrees with the snapshot that it names', async () => {
    const first = await sql('SELECT count(*) FROM tfd.events')
    const [{ version } = { version: -1 }] = first.tables
    const again = await sql('SELECT count(*) FROM tfd.events', { asOf: { version } })
    assert.deepEqual(again.rows, first.rows)
    assert.deepEqual(first.tables, [{ table: { name: 'tfd.events' }, version, live: false }])
    assert.equal(first.complete, true)
  })

  test('no event is in a table twice, and none is missing below the last', async () => {
    const { rows } = await sql(
      'SELECT _partition, count(*) - count(DISTINCT _offset), max(_offset) + 1 - count(*) FROM events GROUP BY ALL ORDER BY ALL',
      { u: 'TFD' },
    )
    assert.deepEqual(
      rows,
      [0, 1, 2].map(partition => [partition, 0, 0]),
    )
  })

  test('live statements see what was appended before them', async () => {
    const eventId = `mine-${randomUUID()}`
    const { rows } = await sql('SELECT * FROM events LIMIT 1', { u: 'TFD' })
    assert.equal(rows.length, 1)
    const record = await query<{ useCase: { recentPredictions: { eventJson: Record<string, unknown> }[] } }>(
      '{ useCase(id: TFD) { recentPredictions(first: 1) { eventJson } } }',
    )
    const event = { ...record.useCase.recentPredictions[0]?.eventJson, transaction_id: eventId }
    const { ingest } = await query<{ ingest: { accepted: number } }>(
      'mutation($e: [JSON!]!) { ingest(useCase: TFD, events: $e) { accepted } }',
      { e: [event] },
    )
    assert.equal(ingest.accepted, 1)
    const statement = `SELECT count(*) FROM data WHERE transaction_id = '${eventId}'`
    const live = await sql(statement, { u: 'TFD', asOf: { mode: 'LIVE' } })
    assert.deepEqual([live.rows, live.tables[0]?.live], [[[1]], true])
    await until(
      'the event in the table itself',
      async () => (await sql(statement, { u: 'TFD' })).rows[0]?.[0] === 1,
      PATIENT,
    )
  })

  test('predictions know the row of their event', async () => {
    const { useCase } = await query<{ useCase: { recentPredictions: { id: string; eventId: string }[] } }>(
      '{ useCase(id: ETA) { recentPredictions(first: 5) { id eventId } } }',
    )
    for (const { id, eventId } of useCase.recentPredictions) {
      const stored = await until(
        'the stored row',
        async () => {
          const { prediction } = await query<{
            prediction: {
              storedRow: { version: number; row: { trip_id: string }; table: { name: string } } | null
            }
          }>('query($id: ID!) { prediction(id: $id) { storedRow { version row table { name } } } }', { id })
          return prediction.storedRow
        },
        PATIENT,
      )
      assert.deepEqual([stored.row.trip_id, stored.table.name], [eventId, 'eta.events'])
    }
  })

  test('errors say through the gateway where a statement is wrong', async () => {
    const { errors } = await graphql(platform.url, SQL, { s: 'SELECT 1,\n  nope FROM data', u: 'TFD' })
    const { code, line, column, position } = (errors?.[0]?.extensions ?? {}) as unknown as Record<
      string,
      unknown
    >
    assert.deepEqual(
      { code, line, column, position },
      { code: 'SQL_UNKNOWN_NAME', line: 2, column: 3, position: 13 },
    )
    for (const s of [
      "SELECT * FROM read_text('/etc/hosts')",
      'SELECT 1; DROP TABLE events',
      'PRAGMA database_list',
    ]) {
      const refused = await graphql(platform.url, SQL, { s, u: 'TFD' })
      assert.match(String(refused.errors?.[0]?.extensions.code), /^SQL_(REFUSED|SYNTAX)$/, s)
    }
  })

  test('a client that goes away ends its statement', async () => {
    const id = randomUUID()
    const leaving = new AbortController()
    const asked = fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SQL, variables: { s: ENDLESS, id } }),
      signal: leaving.signal,
    })
    await until('the statement in the audit', async () => {
      const { sqlStatements } = await query<{ sqlStatements: { edges: { node: { id: string } }[] } }>(
        '{ sqlStatements { edges { node { id } } } }',
      )
      return sqlStatements.edges.some(({ node }) => node.id === auditId(id))
    })
    leaving.abort()
    await assert.rejects(asked, { name: 'AbortError' })
    const outcome = await until(
      'the end of the statement',
      async () => {
        const { sqlStatements } = await query<{
          sqlStatements: { edges: { node: { id: string; outcome: string | null } }[] }
        }>('{ sqlStatements { edges { node { id outcome } } } }')
        return sqlStatements.edges.find(({ node }) => node.id === auditId(id))?.node.outcome
      },
      PATIENT,
    )
    assert.equal(outcome, 'SQL_CANCELLED')
  })

  test('a statement is cancelled by the id that its client gave', async () => {
    const id = randomUUID()
    const asked = graphql(platform.url, SQL, { s: ENDLESS, id })
    await until('the cancellation', async () => {
      const { cancelSql } = await query<{ cancelSql: { __typename: string } }>(
        'mutation($id: ID!) { cancelSql(id: $id) { __typename } }',
        { id },
      )
      return cancelSql.__typename === 'SqlCancelled'
    })
    assert.equal((await asked).errors?.[0]?.extensions.code, 'SQL_CANCELLED')
  })

  test('results come as CSV, NDJSON and Parquet', async () => {
    const { exports } = await sql('SELECT range AS n FROM range(2000)', { limit: 1500 })
    const [csv, ndjson, parquet] = await Promise.all(
      exports.map(async ({ url }) => {
        const response = await fetch(`${platform.url}${url}`)
        assert.equal(response.status, 200)
        assert.equal(response.headers.get('x-coelho-truncated'), 'true')
        return { headers: response.headers, content: Buffer.from(await response.arrayBuffer()) }
      }),
    )
    assert.match(String(csv?.headers.get('content-type')), /^text\/csv/)
    assert.match(
      String(csv?.headers.get('content-disposition')),
      /^attachment; filename="result-[\w-]+-truncated\.csv"$/,
    )
    assert.equal(csv?.content.toString().split('\r\n').length, 1502)
    assert.deepEqual(
      ndjson?.content
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).n)
        .slice(-1),
      [1499],
    )
    assert.deepEqual(
      [parquet?.content.subarray(0, 4).toString(), parquet?.content.subarray(-4).toString()],
      ['PAR1', 'PAR1'],
    )
    const missing = await fetch(`${platform.url}/sql/results/00000000-0000.csv`)
    assert.equal(missing.status, 404)
  })

  test('the client has methods for all of it', async () => {
    const api = createClient({ url: `${platform.url}/graphql` })
    const { sqlTemplates } = await api.sqlTemplates({ useCase: 'ECCI' })
    const funnel = sqlTemplates.find(({ id }) => id === 'funnel')
    const { columns } = await sql(String(funnel?.statement), { u: 'ECCI' })
    assert.deepEqual(
      columns?.map(({ name }) => name),
      ['sessions', 'viewed', 'carted', 'bought', 'percent'],
    )
    const big = await api.sql({ statement: 'SELECT range FROM range(500)', pageSize: 200 })
    const seen = big.sql.rows.length
    const next = await api.sqlResult({
      id: big.sql.id,
      after: big.sql.pageInfo.endCursor ?? null,
      first: 1000,
    })
    assert.deepEqual(
      [seen, next.sqlResult.rows.length, next.sqlResult.pageInfo.hasNextPage],
      [200, 300, false],
    )
    const { sqlValidate } = await api.sqlValidate({ statement: 'SELEC', useCase: 'TFD' })
    assert.deepEqual([sqlValidate.valid, sqlValidate.problem?.code], [false, 'SQL_SYNTAX'])
    const { table } = await api.table({ name: 'eta.outcomes' })
    assert.equal(table?.kind, 'OUTCOMES')
    const { cancelSql } = await api.cancelSql({ id: randomUUID() })
    assert.equal(cancelSql.__typename, 'SqlNotRunning')
  })

  test('what the reference system answers about its tables is answered here', async () => {
    const document = (name: string) => readFileSync(`schema/operations/${name}.graphql`, 'utf8')
    const answers = {
      's1-query': {
        useCase: 'TFD',
        statement: 'SELECT transaction_type, COUNT(*) FROM data GROUP BY ALL',
        limit: 10,
      },
      's2-schema': { useCase: 'ETA' },
      's3-total-rows': { useCase: 'ECCI' },
      'b20-delta-total-rows': { table: 'tfd.events' },
    }
    for (const [name, variables] of Object.entries(answers)) {
      const data = await query<Record<string, unknown>>(document(`parity/${name}`), variables)
      assert.ok(
        Object.values(data).every(value => value !== null),
        name,
      )
    }
    const { sql: first } = await query<{ sql: { columns: object[] } }>(document('tabs/8-sql'))
    assert.ok(first)
  })

  test('metrics count statements', async () => {
    const text = await (await fetch(`${platform.url}/metrics`)).text()
    assert.match(text, /coelho_sql_queries_total\{outcome="COMPLETE"\} [1-9]/)
    assert.match(text, /coelho_sql_queries_total\{outcome="SQL_CANCELLED"\} 2/)
  })
})
