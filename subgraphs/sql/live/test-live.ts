import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TestGraph } from '../test-graph.ts'
import { applyUpdate } from './apply-update.ts'
import { createLiveQuery, type LiveQuery } from './live-query.ts'
import type { Row } from './live-update.ts'
import { testStatements } from './test-statements.ts'

const { filters, aggregates, rankings, tops, others, elsewhere } = testStatements
const step = fc.constantFrom<readonly ('produce' | 'sink' | 'compact')[]>(
  ['produce'],
  ['sink'],
  ['produce', 'sink', 'produce'],
  ['produce', 'sink'],
  ['compact', 'produce'],
)

let opened = 0

/** A live query over the tables of a test graph. */
function openTestQuery({ services }: TestGraph, statement: string, limit = 5000): LiveQuery {
  const { catalog, engine, tails } = services
  const what = { statement, useCase: 'TFD', params: undefined, limit }
  return createLiveQuery(what, {
    catalog,
    engine,
    tails,
    timeoutMs: 10_000,
    maxBytes: 1e7,
    id: `test-${++opened}`,
  })
}

/**
 * Keeps random statements up to date while events come, the sink commits and files are merged, and compares what a client has after
 * each step with an execution over all rows. Returns how many steps were done in which way.
 */
export async function checkLiveQueries(
  graph: TestGraph,
  { runs, steps, seed }: { runs: number; steps: number; seed: number },
): Promise<Record<'INCREMENTAL' | 'RECOMPUTED', number>> {
  const { signal } = new AbortController()
  const done = { INCREMENTAL: 0, RECOMPUTED: 0 }
  const scenario = fc.record({
    statements: fc.tuple(filters, aggregates, aggregates, rankings, tops, others, elsewhere),
    script: fc.array(step, { minLength: steps, maxLength: steps }),
  })
  const events = graph.services.catalog.find('tfd.events')!

  const act = async (action: 'produce' | 'sink' | 'compact') => {
    if (action === 'produce') await graph.produce('TFD', 7)
    else if (action === 'sink') await graph.sink('TFD')
    else await (await graph.services.catalog.table(events)).compact({ minFiles: 2 })
  }
  const begin = async (statement: string) => {
    const query = openTestQuery(graph, statement)
    await query.execute(signal)
    return { statement, query, rows: applyUpdate([], query.result.since(null)!), mark: query.result.mark() }
  }
  const property = fc.asyncProperty(scenario, async ({ statements, script }) => {
    const clients = await Promise.all(statements.map(begin))
    for (const actions of script) {
      for (const action of actions) await act(action)
      await Promise.all(
        clients.map(async client => {
          const { query, statement } = client
          const { generation } = query
          const taken = await query.advance(signal)
          if (taken) done[taken.mode]++
          assert.equal(query.generation, generation, statement)
          client.rows = applyUpdate(client.rows, query.result.since(client.mark)!)
          client.mark = query.result.mark()
          assert.equal(client.rows.length, query.result.rowCount, statement)
          const wanted = (await begin(statement)).rows
          const ordered = / ORDER BY /.test(statement) && !/OVER/.test(statement)
          compareRows(client.rows, wanted, ordered, statement)
        }),
      )
    }
  })
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: true })
  return done
}

/** Sums of doubles depend on the order of addition. */
function compareRows(
  given: readonly Row[],
  wanted: readonly Row[],
  ordered: boolean,
  statement: string,
): void {
  const rounded = (rows: readonly Row[]) => {
    const texts = rows.map(row =>
      JSON.stringify(row.map(value => (typeof value === 'number' ? Number(value.toPrecision(9)) : value))),
    )
    return ordered ? texts : texts.toSorted()
  }
  assert.deepEqual(rounded(given), rounded(wanted), statement)
}
