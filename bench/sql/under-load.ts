import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlEngine, SqlRelation } from '#ports/sql-engine.ts'
import { runStatement } from './run-statement.ts'
import { DASHBOARD_QUERY, HEAVY_QUERY } from './workload.ts'

const CALLERS = 20
const SECONDS = 20
const PAUSE_MS = 50

export interface LoadResult {
  /** Milliseconds of each of the dashboard's statements. */
  dashboard: readonly number[]
  heavy: number
  peakMb: number
}

/** What a dashboard waits while twenty callers ask for all the machine can give, and what memory that takes. */
export async function runUnderLoad(
  engine: SqlEngine,
  data: SqlRelation,
  small: SqlRelation,
): Promise<LoadResult> {
  await runStatement(engine, DASHBOARD_QUERY, [small])
  const end = performance.now() + SECONDS * 1000
  const dashboard: number[] = []
  let heavy = 0
  let peakMb = 0
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, engine.status().memoryBytes / 2 ** 20)
  }, 20)
  const callers = Array.from({ length: CALLERS }, async () => {
    while (performance.now() < end) {
      await runStatement(engine, HEAVY_QUERY, [data])
      heavy += 1
    }
  })
  while (performance.now() < end) {
    dashboard.push((await runStatement(engine, DASHBOARD_QUERY, [small])).ms)
    await sleep(PAUSE_MS)
  }
  await Promise.all(callers)
  clearInterval(watch)
  return { dashboard, heavy, peakMb }
}
