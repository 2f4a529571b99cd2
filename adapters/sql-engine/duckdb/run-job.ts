import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api'
import { explain } from './explain.ts'
import { encodeRows } from './encode-rows.ts'
import { columnsOf, prepareStatement } from './prepare-statement.ts'
import type { SandboxPool } from './sandbox-pool.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

/** What a job waits for and is told by. */
export interface JobControl {
  /** Resolves once another batch may be sent; false if the job is to end. */
  mayBatch(): Promise<boolean>
  /** Called with what ends a running statement, and with null once there is none. */
  interruptible(interrupt: (() => void) | null): void
}

/** Runs a statement and sends its columns, its rows in batches, and how it ended. */
export async function runJob(
  request: Extract<WorkerRequest, { kind: 'run' }>,
  pool: SandboxPool,
  control: JobControl,
  send: (answer: WorkerAnswer) => void,
): Promise<void> {
  await using sandbox = await pool.take(request.sandbox)
  const connection = await sandbox.connect()
  control.interruptible(() => connection.interrupt())
  try {
    const names = request.sandbox.relations.map(({ name }) => name)
    const prepared = await prepareStatement(connection, request.statement, names, request.params)
    const plan = request.plan ? await explain(connection, request.statement, request.params) : null
    const result = await prepared.stream()
    send({ kind: 'columns', id: request.id, columns: columnsOf(result) })
    const { rowCount, truncated } = await sendRows(request, result, control, send)
    finish(connection, prepared, truncated)
    send({ kind: 'done', id: request.id, rowCount, truncated, plan })
  } finally {
    control.interruptible(null)
    connection.closeSync()
  }
}

async function sendRows(
  { id, maxRows, maxBytes }: Extract<WorkerRequest, { kind: 'run' }>,
  result: DuckDBResult,
  control: JobControl,
  send: (answer: WorkerAnswer) => void,
): Promise<{ rowCount: number; truncated: boolean }> {
  const types = result.columnTypes()
  let rowCount = 0
  let bytes = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return { rowCount, truncated: false }
    const batch = encodeRows(chunk, types, maxRows - rowCount, maxBytes - bytes)
    rowCount += batch.rowCount
    bytes += batch.bytes
    if (batch.rowCount > 0) {
      if (!(await control.mayBatch())) return { rowCount: rowCount - batch.rowCount, truncated: true }
      send({ kind: 'rows', id, text: batch.text })
    }
    if (batch.rowCount < chunk.rowCount) return { rowCount, truncated: true }
  }
}

/** What nobody reads any more stops computing. */
function finish(connection: DuckDBConnection, prepared: DuckDBPreparedStatement, truncated: boolean): void {
  if (truncated) connection.interrupt()
  prepared.destroySync()
}
