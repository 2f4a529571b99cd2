import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { SqlEngine } from '#ports/sql-engine.ts'
import type { UseCase } from '#use-cases/define.ts'
import { openAuditLog } from './audit/audit-log.ts'
import type { Services } from './context.ts'
import { openLive } from './live/open-live.ts'
import { createCatalog } from './lookup/catalog.ts'
import { createStoredRows } from './lookup/stored-row.ts'
import { createTableLag } from './lookup/table-lag.ts'
import { openResultStore, type ResultStoreOptions } from './results/result-store.ts'
import { createStatementMetrics } from './statements/statement-metrics.ts'
import { createStatements } from './statements/statements.ts'
import { openTails } from './tail/open-tails.ts'
import type { Tails } from './tail/tails.ts'

export interface SqlOptions {
  useCases: readonly UseCase[]
  log: EventLog
  lake: Lake
  engine: SqlEngine
  /** A folder of this process alone; results lie in a folder within it, whose content does not outlive the process. */
  workDirectory: string
  /** Default: those of the log. */
  tails?: Tails
  /** How this process is called in the audit. */
  instance?: string
  registry?: Registry
  /** The longest time that a statement may ask for. */
  maxTimeoutMs?: number
  /** Most bytes of one result, as JSON. */
  maxResultBytes?: number
  results?: Omit<ResultStoreOptions, 'directory'>
  notice?: (level: 'info' | 'warn', message: string) => void
}

/** Opens everything behind the SQL subgraph. */
export async function openSql({
  useCases,
  log,
  lake,
  engine,
  workDirectory,
  tails: given,
  instance = `${process.pid}-${randomUUID().slice(0, 8)}`,
  registry,
  maxTimeoutMs = 60_000,
  maxResultBytes: maxBytes = 128 * 1024 ** 2,
  results: limits = {},
  notice = () => {},
}: SqlOptions): Promise<Services & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const catalog = createCatalog({ lake, useCases })
  const tails = given ?? opened.use(openTails({ log, useCases, lake, notice }))
  const audit = await openAuditLog({ log, instance, notice })
  const results = opened.use(
    await openResultStore({ directory: join(workDirectory, 'sql-results'), ...limits }),
  )
  const metrics = createStatementMetrics({ registry, engine })
  const statements = opened.use(
    createStatements({ catalog, engine, tails, audit, results, metrics, maxTimeoutMs, maxBytes }),
  )
  const live = opened.use(openLive({ catalog, engine, tails, audit, notice }))
  const owned = opened.move()
  return {
    useCases,
    log,
    catalog,
    lag: createTableLag({ log, catalog }),
    storedRows: createStoredRows(catalog),
    engine,
    tails,
    audit,
    results,
    statements,
    live,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
