import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import type { AggregateShape, SqlEngine, StatementShape } from '#ports/sql-engine.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { createLiveQuery } from './live-query.ts'
import { checkLiveQueries } from './test-live.ts'

describe('a live query', { concurrency: false }, () => {
  let graph: TestGraph
  before(async () => {
    graph = await openTestGraph({ useCases: [tfd] })
    await graph.produce('TFD', 30)
    await graph.sink('TFD')
  })
  after(() => graph[Symbol.asyncDispose]())

  it('is at every step what an execution over all rows gives, whatever the lake does meanwhile', async () => {
    const done = await checkLiveQueries(graph, { runs: 1, steps: 2, seed: 5 })
    assert.ok(done.INCREMENTAL > 4 && done.RECOMPUTED > 0, JSON.stringify(done))
  })

  const { signal } = new AbortController()
  const wholeOf = (query: ReturnType<typeof createLiveQuery>) =>
    query.result.since(null)?.added.map(({ values }) => values)
  const open = (
    statement: string,
    { maxBytes = 1e7, ...change }: { maxBytes?: number } & Partial<SqlEngine> = {},
  ) => {
    const { catalog, tails } = graph.services
    const engine: SqlEngine = Object.assign(Object.create(graph.services.engine), change)
    const what = { statement, useCase: 'TFD', params: undefined, limit: 1000 }
    return createLiveQuery(what, {
      catalog,
      engine,
      tails,
      timeoutMs: 10_000,
      maxBytes,
      id: `q${statement.length}`,
    })
  }

  it('whose first rows are cut by their bytes is executed again, and says that it is cut', async () => {
    const query = open('SELECT transaction_id, amount FROM tfd.events ORDER BY amount DESC LIMIT 20', {
      maxBytes: 500,
    })
    const { reason } = await query.execute(signal)
    assert.match(String(reason), /too much of it/)
    assert.ok(query.result.rowCount < 20)
    assert.deepEqual([query.result.truncated, query.result.incremental], [true, false])
    await graph.produce('TFD', 3)
    assert.equal((await query.advance(signal))?.mode, 'RECOMPUTED')
    assert.equal(query.result.truncated, true)
  })

  it('whose OFFSET and LIMIT ask for very many rows is executed again', async () => {
    const query = open('SELECT amount FROM tfd.events ORDER BY amount LIMIT 5 OFFSET 1000000')
    assert.match(String((await query.execute(signal)).reason), /1000005 rows would have to be kept/)
    assert.equal(query.result.rowCount, 0)
  })

  it('whose part does not run is executed as a whole, at its beginning or later', async () => {
    const { engine } = graph.services
    const statement = 'SELECT max(amount) AS a FROM tfd.events'
    let partial = 'SELECT sum(timestamp) FROM tfd.events'
    const run: SqlEngine['run'] = request =>
      engine.run({ ...request, statement: request.statement === statement ? statement : partial })
    const shape: AggregateShape = {
      kind: 'aggregate',
      partial: 'the part',
      keys: [],
      aggregates: [{ column: 0, function: 'max' }],
      order: [],
      limit: null,
      offset: 0,
      aliases: [],
    }
    const validate: SqlEngine['validate'] = async (...asked) => ({
      ...(await engine.validate(...asked)),
      shape: shape satisfies StatementShape,
    })
    const whole = open(statement)
    await whole.execute(signal)
    const begun = open(statement, { run, validate })
    assert.match(String((await begun.execute(signal)).reason), /its parts can not be run/)
    assert.deepEqual(wholeOf(begun), wholeOf(whole))

    partial = statement
    const later = open(statement, { run, validate })
    assert.equal((await later.execute(signal)).reason, null)
    partial = 'SELECT CAST(transaction_id AS DOUBLE) FROM tfd.events'
    await graph.produce('TFD', 4)
    const step = await later.advance(signal)
    assert.deepEqual([step?.mode, later.result.incremental], ['RECOMPUTED', false])
    await whole.advance(signal)
    assert.deepEqual(wholeOf(later), wholeOf(whole))
  })

  it('of mean instants is kept up to date', async () => {
    const query = open('SELECT avg(timestamp) AS a FROM tfd.events')
    await query.execute(signal)
    await graph.produce('TFD', 4)
    await query.advance(signal)
    const again = open('SELECT avg(timestamp) AS a FROM tfd.events')
    await again.execute(signal)
    assert.deepEqual(wholeOf(query), wholeOf(again))
  })
})
