import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PortError } from '#ports/port-error.ts'
import { isBusy, sqliteFailure } from './sqlite-failure.ts'

/** One connection; its statements are prepared once. */
export interface Database {
  /** Runs `work`, which is synchronous, as one write transaction; waits for other writers without blocking the process. */
  write<T>(work: () => T): Promise<T>
  /** Runs `work` on one snapshot. */
  read<T>(work: () => T): Promise<T>
  /** Rows as objects; `Row` has to agree with the columns selected. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[]
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  exec(sql: string): void
  close(): void
}

export interface DatabaseOptions {
  connection: DatabaseSync
  file: string
  /** How long a transaction waits for another writer. */
  busyTimeoutMs: number
}

const LONGEST_WAIT_MS = 50

/** Transactions and prepared statements on a connection; failures as `PortError`. */
export const createDatabase = ({ connection, file, busyTimeoutMs }: DatabaseOptions): Database => {
  const statements = new Map<string, StatementSync>()
  let isOpen = true
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const transaction = async <T>(begin: string, work: () => T): Promise<T> => {
    const deadline = performance.now() + busyTimeoutMs
    for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      if (!isOpen) throw new PortError('TRACKING_CLOSED', 'The tracking store has been closed.')
      try {
        return attempt(connection, begin, work)
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw sqliteFailure(error, file)
      }
      await sleep(waitMs)
    }
  }
  return {
    write: work => transaction('BEGIN IMMEDIATE', work),
    read: work => transaction('BEGIN', work),
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    exec: sql => connection.exec(sql),
    close() {
      if (!isOpen) return
      isOpen = false
      statements.clear()
      connection.close()
    },
  }
}

const attempt = <T>(connection: DatabaseSync, begin: string, work: () => T): T => {
  connection.exec(begin)
  try {
    const result = work()
    connection.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has rolled back by itself after some failures.
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}
