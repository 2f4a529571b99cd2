import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPlatformProcess } from '#tests/e2e/support/platform-process.ts'
import type { BenchResult } from './bench-result.ts'
import { quantile } from './cluster/quantile.ts'
import { environment } from './environment.ts'

const EVENTS = 300
const WARM_UP = 20
const COMMITTED_SECONDS = 60
const POLL_MS = 50

interface SqlAnswer {
  sql: { rows: unknown[][] }
}

/** How soon does SQL see an event: in the log's tail, and in the table itself at default settings? */
export async function run(): Promise<BenchResult[]> {
  await using platform = await startPlatformProcess({ args: ['--ephemeral'] })
  const query = async <T>(text: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    })
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown }
    if (errors || !data) throw new Error(JSON.stringify(errors))
    return data
  }
  const event = await anyEvent(query)
  const live: number[] = []
  for (let round = 0; round < WARM_UP + EVENTS; round++) {
    const id = `fresh-${randomUUID()}`
    await query('mutation ($events: [JSON!]!) { ingest(useCase: TFD, events: $events) { accepted } }', {
      events: [{ ...event, transaction_id: id }],
    })
    const acknowledged = performance.now()
    const { sql } = await query<SqlAnswer>(
      `query ($statement: String!, $params: JSON) {
        sql(useCase: TFD, statement: $statement, params: $params, asOf: { mode: LIVE }) { rows }
      }`,
      { statement: 'SELECT count(*) FROM events WHERE transaction_id = $1', params: [id] },
    )
    if (sql.rows[0]?.[0] !== 1) throw new Error(`Event ${id} was acknowledged and is not in a live answer.`)
    if (round >= WARM_UP) live.push(performance.now() - acknowledged)
    await sleep(POLL_MS)
  }
  const committed = await committedDelays(query)
  const load = '60 events/s from the generators, the platform in one process, clocks of one machine'
  return [
    ...quantiles(live).map(([name, ours]) => ({
      name: `event acknowledged → in the answer to a live statement, ${name}`,
      ours,
      method: `${live.length} events, one after the other; from the acknowledgement of the append to the answer over HTTP to a statement sent then, by the event's id; ${load}`,
    })),
    ...quantiles(committed).map(([name, ours]) => ({
      name: `event appended → in the answer to a statement over the table, ${name}`,
      ours,
      method: `every event of ${COMMITTED_SECONDS} s, ${committed.length}; by the log's time of the append; looked for every ${POLL_MS} ms; ${load}`,
    })),
  ].map(figure => ({ ...figure, peer: null, ratio: null, unit: 'ms', environment: environment() }))
}

type Query = <T>(text: string, variables?: Record<string, unknown>) => Promise<T>

async function anyEvent(query: Query): Promise<Record<string, unknown>> {
  for (;;) {
    const { useCase } = await query<{
      useCase: { recentPredictions: { eventJson: Record<string, unknown> }[] }
    }>('{ useCase(id: TFD) { recentPredictions(first: 1) { eventJson } } }')
    const event = useCase.recentPredictions[0]?.eventJson
    if (event) return event
    await sleep(200)
  }
}

/** Milliseconds from the append of each new row to the first answer that has it. */
async function committedDelays(query: Query): Promise<number[]> {
  const statement =
    'SELECT _partition, _offset, epoch_ms(_ingested_at) FROM events WHERE _ingested_at > make_timestamptz($1::BIGINT * 1000) ORDER BY _ingested_at'
  const seen = new Set<string>()
  const delays: number[] = []
  const began = Date.now()
  for (let now = began; now < began + COMMITTED_SECONDS * 1000; now = Date.now()) {
    // Rows of the last seconds are looked at again: partitions do not advance in step.
    const { sql } = await query<SqlAnswer>(
      `query ($statement: String!, $params: JSON) { sql(useCase: TFD, statement: $statement, params: $params, pageSize: 1000) { rows } }`,
      { statement, params: [Math.max(began, now - LOOK_BACK_MS)] },
    )
    const at = Date.now()
    for (const [partition, offset, appended] of sql.rows) {
      const row = `${partition}:${offset}`
      if (seen.has(row)) continue
      seen.add(row)
      delays.push(at - Number(appended))
    }
    await sleep(POLL_MS)
  }
  if (delays.length < COMMITTED_SECONDS * 10)
    throw new Error(
      `${delays.length} rows in ${COMMITTED_SECONDS} s, at least ${COMMITTED_SECONDS * 10} wanted.`,
    )
  return delays
}

const LOOK_BACK_MS = 30_000

function quantiles(values: readonly number[]): [string, number][] {
  const sorted = values.toSorted((a, b) => a - b)
  return [0.5, 0.99].map(q => [`p${q * 100}`, quantile(sorted, q)])
}
