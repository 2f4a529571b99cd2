import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { parse, subscribe } from 'graphql'
import { PortError } from '#ports/port-error.ts'
import type { SqlEngine } from '#ports/sql-engine.ts'
import { tfd } from '#use-cases/tfd.ts'
import { auditId } from '../audit/audit-id.ts'
import { createSqlSubgraph } from '../subgraph.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { applyUpdate } from './apply-update.ts'
import type { LiveUpdate, Row } from './live-update.ts'
import type { LiveRequest } from './live-request.ts'
import { type Live, type LiveOptions, openLive } from './open-live.ts'

const COUNT = 'SELECT count(*) AS n FROM tfd.events'
const NEWEST = 'SELECT _offset FROM tfd.events WHERE _offset >= 0'

interface AuditNode {
  id: string
  kind: string
  operation: string
  tables: string[]
  outcome: string | null
  rowCount: number
}

interface Audit {
  sqlStatements: { edges: [{ node: AuditNode }, { node: AuditNode }] }
}

describe('live statements', { concurrency: false }, () => {
  let graph: TestGraph
  let live: Live | undefined
  before(async () => {
    graph = await openTestGraph({ useCases: [tfd] })
    await graph.produce('TFD', 20)
    await graph.sink('TFD')
  })
  after(() => graph[Symbol.asyncDispose]())
  afterEach(async () => {
    await live?.[Symbol.asyncDispose]()
    live = undefined
  })

  const open = (options: Partial<LiveOptions> = {}): Live => {
    const { catalog, engine, tails, audit } = graph.services
    live = openLive({ catalog, engine, tails, audit, ...options })
    return live
  }
  const begin = async (from: Live, request: Partial<LiveRequest> = {}) =>
    await from.open({ statement: COUNT, maxPerSecond: 20, ...request })
  const next = async (stream: AsyncIterator<LiveUpdate>): Promise<LiveUpdate> => {
    const { value, done } = await stream.next()
    assert.ok(!done, 'the stream goes on')
    return value
  }
  /** Reads until the rows are as wanted. */
  const until = async (
    stream: AsyncIterator<LiveUpdate>,
    rows: readonly Row[],
    done: (rows: readonly Row[]) => boolean,
  ) => {
    let [all, messages] = [rows, 0]
    for (; !done(all); messages++) all = applyUpdate(all, await next(stream))
    return { rows: all, messages }
  }
  const eventsNow = async () =>
    (await graph.log.topics([tfd.topic]))[0]!.partitions.reduce((sum, { end }) => sum + end, 0)

  it('begin with the whole result, which has what the log has, and go on with what changes', async () => {
    await graph.produce('TFD', 3)
    const stream = await begin(open())
    const first = await next(stream)
    const total = await eventsNow()
    assert.deepEqual(
      [first.reset, first.removed, first.added, first.tick, first.rowCount, first.mode, first.reason],
      [true, [], [{ at: 0, values: [total] }], 1, 1, 'INCREMENTAL', null],
    )
    assert.deepEqual(
      first.columns.map(({ name, type }) => [name, type]),
      [['n', 'BIGINT']],
    )
    assert.equal(first.lagMs, null)
    await graph.produce('TFD', 2)
    const { rows } = await until(stream, [[total]], ([row]) => row![0] === total + 2)
    assert.deepEqual(rows, [[total + 2]])
    await stream.return?.()
  })

  it('say how late they are, and send nothing while nothing changes', async () => {
    const stream = await begin(open(), {
      statement: "SELECT count(*) FROM tfd.events WHERE currency = 'no such'",
    })
    await next(stream)
    const waiting = next(stream)
    await graph.produce('TFD', 2)
    assert.equal(await Promise.race([waiting.then(() => 'told'), sleep(300, 'silent')]), 'silent')
    waiting.catch(() => {})
    await stream.return?.()
    const other = await begin(open())
    await next(other)
    await graph.produce('TFD', 1)
    assert.ok((await next(other)).lagMs! >= 0)
  })

  it('a slow reader gets one message with all that changed', async () => {
    const from = open()
    const [quick, slow] = [await begin(from, { statement: NEWEST }), await begin(from, { statement: NEWEST })]
    const before = applyUpdate([], await next(slow))
    let seen: readonly Row[] = applyUpdate([], await next(quick))
    const wanted = seen.length + 12
    for (let n = 0; n < 4; n++) {
      await graph.produce('TFD', 3)
      seen = (await until(quick, seen, rows => rows.length >= before.length + 3 * (n + 1))).rows
    }
    const { rows, messages } = await until(slow, before, all => all.length === wanted)
    assert.equal(messages, 1)
    assert.deepEqual(rows, seen)
  })

  it('share the work of those who ask for the same, and end it with the last', async () => {
    const asked: string[] = []
    const { engine } = graph.services
    const counting: SqlEngine = Object.assign(Object.create(engine), {
      run: (request: Parameters<SqlEngine['run']>[0]) => {
        asked.push(request.statement)
        return engine.run(request)
      },
    })
    const from = open({ engine: counting })
    const streams = [await begin(from), await begin(from), await begin(from)]
    for (const stream of streams) await next(stream)
    assert.equal(asked.length, 1)
    assert.deepEqual(from.status(), { statements: 1, subscribers: 3 })
    await graph.produce('TFD', 1)
    const told = await Promise.all(streams.map(stream => next(stream)))
    assert.equal(new Set(told.map(({ added }) => JSON.stringify(added))).size, 1)
    assert.equal(asked.length, 2)
    for (const stream of streams) await stream.return?.()
    assert.deepEqual(from.status(), { statements: 0, subscribers: 0 })
    while (graph.services.tails.status().some(({ listeners }) => listeners > 0)) await sleep(5)
  })

  it('are limited in number, by statement', async () => {
    const from = open({ maxStatements: 1 })
    await begin(from)
    await begin(from)
    const refusal = await begin(from, { statement: NEWEST }).then(
      () => null,
      (error: { extensions?: { code?: string } }) => error.extensions?.code,
    )
    assert.equal(refusal, 'SQL_LIVE_LIMIT')
  })

  it('what is wrong with a statement is an error before the first message, and in the audit', async () => {
    const codeOf = (request: Partial<LiveRequest>) =>
      begin(live ?? open(), request).then(
        () => null,
        (error: { code?: string; extensions?: { code?: string } }) => error.extensions?.code ?? error.code,
      )
    assert.equal(await codeOf({ statement: 'SELECT nothing FROM tfd.events' }), 'SQL_UNKNOWN_NAME')
    assert.equal(await codeOf({ statement: 'SELECT FROM WHERE' }), 'SQL_SYNTAX')
    assert.equal(await codeOf({ statement: "SELECT * FROM read_text('/etc/hosts')" }), 'SQL_REFUSED')
    assert.equal(await codeOf({ maxPerSecond: 0 }), 'BAD_USER_INPUT')
    assert.equal(await codeOf({ limit: 10_001 }), 'BAD_USER_INPUT')
    assert.equal(await codeOf({ params: 3 }), 'SQL_PARAMETER')
    assert.deepEqual(live?.status(), { statements: 0, subscribers: 0 })
    const [, entry] = (
      await graph.ask<Audit>('{ sqlStatements(first: 2) { edges { node { kind statement outcome } } } }')
    ).data.sqlStatements.edges
    assert.equal(entry.node.kind, 'LIVE')
  })

  it('go into the audit before they run, and with how they ended', async () => {
    const stream = await begin(open(), { operation: 'Dashboard' })
    const { id } = await next(stream)
    const entry = async () =>
      (
        await graph.ask<Audit>(
          '{ sqlStatements(first: 1) { edges { node { id kind operation tables outcome rowCount } } } }',
        )
      ).data.sqlStatements.edges[0].node
    const running = await entry()
    assert.deepEqual(
      [running.id, running.kind, running.operation, running.outcome],
      [auditId(id), 'LIVE', 'Dashboard', null],
    )
    assert.match(String(running.tables[0]), /^tfd\.events@\d+\+$/)
    await stream.return?.()
    while ((await entry()).outcome === null) await sleep(5)
    assert.deepEqual([(await entry()).outcome, (await entry()).rowCount], ['COMPLETE', 1])
  })

  it('can be cancelled by the id that their messages have', async () => {
    const from = open()
    const stream = await begin(from)
    const { id } = await next(stream)
    assert.equal(from.cancel('unknown'), false)
    assert.equal(from.cancel(id), true)
    await assert.rejects(
      stream.next(),
      (error: { extensions: { code: string } }) => error.extensions.code === 'SQL_CANCELLED',
    )
    assert.deepEqual(await stream.next(), { done: true, value: undefined })
    assert.deepEqual(from.status(), { statements: 0, subscribers: 0 })
  })

  it('go on when the engine is lost for a while, without a loss', async () => {
    const { engine } = graph.services
    let failing = 0
    const flaky: SqlEngine = Object.assign(Object.create(engine), {
      run(request: Parameters<SqlEngine['run']>[0]) {
        if (failing-- > 0) throw new PortError('SQL_ENGINE_LOST', 'The process ended.')
        return engine.run(request)
      },
    })
    const notices: string[] = []
    const stream = await begin(open({ engine: flaky, notice: (_, message) => notices.push(message) }))
    const { values } = (await next(stream)).added[0]!
    failing = 2
    await graph.produce('TFD', 5)
    await until(stream, [values], ([row]) => row![0] === (values[0] as number) + 5)
    assert.equal(notices.length, 2)
  })

  it('end with the code of what can not be mended', async () => {
    const { engine } = graph.services
    let broken = false
    const breaking: SqlEngine = Object.assign(Object.create(engine), {
      run(request: Parameters<SqlEngine['run']>[0]) {
        if (broken) throw new PortError('SQL_MEMORY', 'Too much.')
        return engine.run(request)
      },
    })
    const from = open({ engine: breaking })
    const stream = await begin(from)
    await next(stream)
    broken = true
    await graph.produce('TFD', 1)
    await assert.rejects(
      stream.next(),
      (error: { extensions: { code: string } }) => error.extensions.code === 'SQL_MEMORY',
    )
    assert.deepEqual(from.status(), { statements: 0, subscribers: 0 })
  })

  it('see rows that another engine wrote to the table, and new columns', async () => {
    const entry = graph.services.catalog.find('tfd.labels')!
    const { spec } = entry
    await graph.services.catalog.table(entry)
    await using objects = await openFileObjects({ directory: fileURLToPath(graph.lake.uri) })
    await using spark = await openDeltaLake({
      objects,
      workDirectory: graph.workDirectory,
      engineName: 'Apache-Spark',
    })
    const from = open({ idleMs: 20 })
    const count = await begin(from, { statement: 'SELECT count(*) FROM tfd.labels' })
    const star = await begin(from, { statement: 'SELECT * FROM tfd.labels' })
    const [none, first] = [await next(count), await next(star)]
    assert.deepEqual(none.added[0]?.values, [0])

    const table = (await spark.open(spec.name))!
    const row = JSON.stringify({ [spec.columns[0]!.name]: 'x', event_date: '2026-01-05' })
    await table.append({ rows: [Buffer.from(`${row}\n`)], rowCount: 1 })
    const one = await next(count)
    assert.deepEqual([one.added[0]?.values, one.mode], [[1], 'RECOMPUTED'])
    assert.match(one.reason ?? '', /Another engine/)
    assert.equal((await next(star)).rowCount, 1)

    const more = { name: 'added_later', type: 'string', nullable: true } as const
    await spark.ensureTable({ ...spec, columns: [...spec.columns, more] })
    const wider = await next(star)
    assert.deepEqual([wider.reset, wider.columns.length, wider.rowCount], [true, first.columns.length + 1, 1])
  })

  it('are a subscription of the graph', async () => {
    const { schema, createContext } = createSqlSubgraph(graph.services)
    const source = `subscription { sqlLive(statement: "${COUNT}", maxPerSecond: 20) {
      id columns { name type nullable } mode reason tick at reset removed { at values } added { at values }
      rowCount truncated elapsedMs lagMs
    } }`
    const contextValue = await createContext({})
    const stream = await subscribe({ schema, document: parse(source), contextValue })
    assert.ok(Symbol.asyncIterator in stream, JSON.stringify(stream))
    const value = (await stream.next()).value as { data: { sqlLive: LiveUpdate }; errors?: unknown }
    assert.equal(value.errors, undefined)
    const { id, at, elapsedMs, ...rest } = value.data.sqlLive
    assert.ok(id && at && elapsedMs > 0)
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
      columns: [
        {
          name: 'n',
          type: 'BIGINT',
          nullable: true,
        },
      ],
      mode: 'INCREMENTAL',
      reason: null,
      tick: 1,
      reset: true,
      removed: [],
      added: [
        {
          at: 0,
          values: [await eventsNow()],
        },
      ],
      rowCount: 1,
      truncated: false,
      lagMs: null,
    })
    const { data } = await graph.ask<{ cancelSql: { __typename: string } }>(
      'mutation($id: ID!) { cancelSql(id: $id) { __typename } }',
      { id },
    )
    assert.equal(data.cancelSql.__typename, 'SqlCancelled')
    await assert.rejects(stream.next(), /was cancelled/)
    const bad = await subscribe({
      schema,
      document: parse('subscription { sqlLive(statement: "DROP TABLE x") { tick } }'),
      contextValue,
    })
    assert.ok('errors' in bad)
    assert.equal(bad.errors?.[0]?.extensions['code'], 'SQL_REFUSED')
  })

  it('what the clock changes is executed again without new rows', async () => {
    const stream = await begin(open(), { statement: 'SELECT count(*), epoch_ms(now()) FROM tfd.events' })
    const first = await next(stream)
    const second = await next(stream)
    assert.deepEqual([first.mode, second.mode], ['RECOMPUTED', 'RECOMPUTED'])
    assert.match(second.reason ?? '', /now\(\)/)
    assert.equal(second.lagMs, null)
  })

  it('beyond their limit rows are left out and that is told; later rows of a filter are sent all the same', async () => {
    const stream = await begin(open(), { statement: NEWEST, limit: 4 })
    const first = await next(stream)
    assert.deepEqual([first.rowCount, first.truncated], [4, true])
    await graph.produce('TFD', 3)
    const { rows } = await until(stream, applyUpdate([], first), all => all.length === 7)
    assert.equal(rows.length, 7)
    const top = await begin(open(), { statement: 'SELECT amount FROM tfd.events ORDER BY amount', limit: 4 })
    const { rowCount, truncated } = await next(top)
    assert.deepEqual([rowCount, truncated], [4, true])
  })
})
