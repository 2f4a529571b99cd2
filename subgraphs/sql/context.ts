import DataLoader from 'dataloader'
import type { EventLog } from '#ports/event-log.ts'
import type { SqlEngine } from '#ports/sql-engine.ts'
import type { SubgraphRequest } from '#subgraphs/serve.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { Live } from './live/open-live.ts'
import type { Catalog } from './lookup/catalog.ts'
import type { StoredRowModel, StoredRows } from './lookup/stored-row.ts'
import type { TableLag } from './lookup/table-lag.ts'
import type { ResultStore } from './results/result-store.ts'
import type { Statements } from './statements/statements.ts'
import type { Tails } from './tail/tails.ts'

/** What this subgraph's resolvers work with, for the life of the process. */
export interface Services {
  useCases: readonly UseCase[]
  log: EventLog
  catalog: Catalog
  lag: TableLag
  storedRows: StoredRows
  engine: SqlEngine
  tails: Tails
  audit: AuditLog
  results: ResultStore
  statements: Statements
  live: Live
}

export interface Context extends Services {
  signal?: AbortSignal | undefined
  /** By the id of a prediction. */
  storedRowOf: DataLoader<string, StoredRowModel | null>
}

/** Loaders live as long as one request, or one event of a subscription. */
export function createContext(services: Services, signal: SubgraphRequest['signal']): Context {
  return {
    ...services,
    signal,
    storedRowOf: new DataLoader(ids => services.storedRows(ids), { maxBatchSize: 500 }),
  }
}
