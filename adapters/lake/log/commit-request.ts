import type { AppTransaction } from '#ports/lake.ts'
import type { Action } from './actions.ts'
import type { LogState } from './log-state.ts'

/** A version to be. */
export interface CommitRequest {
  /**
   * `append` adds files and conflicts with nothing but a changed schema; `rewrite` removes files, which must still be there;
   * `metadata` replaces metadata or protocol, which must be as they were read.
   */
  kind: 'append' | 'rewrite' | 'metadata'
  /** Without `commitInfo`. The first version of a table needs protocol and metadata among them. */
  actions: readonly Action[]
  /** As Spark names it: `WRITE`, `OPTIMIZE`, `CREATE TABLE`, `ADD COLUMNS`. */
  operation: string
  operationParameters?: Readonly<Record<string, unknown>>
  /** Such as `numFiles`, `numOutputRows`, `numOutputBytes`. */
  operationMetrics?: Readonly<Record<string, number>>
  /** The state that all this was derived from; null if there was no table. */
  read: LogState | null
  /** Where the table must stand for this to count. */
  expectedTransactions?: readonly Pick<AppTransaction, 'appId' | 'expected'>[]
}
