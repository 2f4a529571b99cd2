import { deepStrictEqual } from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { openSqlEngine } from '#adapters/sql-engine/duckdb.ts'
import { openTestRelations } from '#adapters/sql-engine/duckdb/test-relations.ts'
import type { BenchResult } from './bench-result.ts'
import { quantile } from './cluster/quantile.ts'
import { environment as machine } from './environment.ts'
import { median } from './log/median.ts'
import { cancelTimes } from './sql/cancel.ts'
import { makeTables } from './sql/make-tables.ts'
import { runStatement } from './sql/run-statement.ts'
import { startPeer } from './sql/start-peer.ts'
import { runUnderLoad } from './sql/under-load.ts'
import { DAYS, FILES_A_DAY, QUERIES, ROWS } from './sql/workload.ts'

const ROUNDS = 5
const MEMORY_MB = 512

/** How fast statements of strangers run over large tables beside plain DuckDB, and what others notice of them. */
export const run = async (): Promise<BenchResult[]> => {
  await using relations = await openTestRelations()
  const { data, small, glob } = await makeTables(relations)
  const threads = availableParallelism()
  await using engine = await openSqlEngine({
    workDirectory: relations.directory,
    memoryMb: MEMORY_MB,
    threads,
  })
  await using peer = await startPeer(glob, threads)
  const environment = { ...machine(), duckdb: '1.5.5', peer: `duckdb ${peer.version} in Python` }
  const table = `${ROWS} rows in ${DAYS * FILES_A_DAY} Parquet files of ${DAYS} days, ${threads} threads`
  const results: BenchResult[] = []

  for (const [name, statement] of Object.entries(QUERIES)) {
    const ours: number[] = []
    const theirs: number[] = []
    // The first round warms both up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const mine = async () => runStatement(engine, statement, [data])
      const other = async () => peer.run(statement)
      const [a, b] =
        round % 2 === 0
          ? [await mine(), await other()]
          : await other().then(async result => [await mine(), result] as const)
      deepStrictEqual(a.rows, b.rows)
      ours.push(a.ms)
      theirs.push(b.ms)
    }
    const [mine, other] = [median(ours.slice(1)), median(theirs.slice(1))]
    results.push({
      name: `sql-${name}`,
      ours: mine,
      peer: other,
      ratio: mine / other,
      unit: 'ms',
      method: `${table}; ${statement}; checked, in a process of its own with ${MEMORY_MB} MB for all; from the call to the last row; median of ${ROUNDS} rounds after one to warm up, interleaved; rows compared`,
      environment,
    })
  }

  const load = await runUnderLoad(engine, data, small)
  const method = `${table}; 20 callers with heavy groupings for 20 s, ${load.heavy} done; meanwhile ${load.dashboard.length} statements of a dashboard over a small table, 50 ms apart`
  const alone = { peer: null, ratio: null, environment }
  results.push({
    ...alone,
    name: 'sql-dashboard-p99',
    ours: quantile(ascending(load.dashboard), 0.99),
    unit: 'ms',
    method,
  })
  results.push({ ...alone, name: 'sql-memory-peak', ours: load.peakMb, unit: 'MB', method })
  results.push({
    ...alone,
    name: 'sql-cancel-p95',
    ours: quantile(ascending(await cancelTimes(engine, data)), 0.95),
    unit: 'ms',
    method: `${table}; an endless join is cancelled; until the engine runs nothing any more; 20 times`,
  })
  return results
}

const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)
