import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppTransaction, Commit, LakeBatch } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { Action } from '../log/actions.ts'
import type { LogState } from '../log/log-state.ts'
import { transactionConflict } from '../log/table-errors.ts'
import { duckdbFailure, machineFailure } from './duckdb-failure.ts'
import { explainMismatch } from './explain-mismatch.ts'
import { knownState } from './known-state.ts'
import { measureRows } from './measure-rows.ts'
import { type PublishedFiles, publishFiles } from './publish-files.ts'
import { rowSource } from './row-source.ts'
import type { TableContext } from './table-context.ts'
import { workFolder } from './work-folder.ts'
import { type WrittenFile, writeParquet } from './write-parquet.ts'

/** Rows to data files to one version. Before the version is there, nobody sees anything. */
export const appendRows = async (
  context: TableContext,
  { rows, rowCount, transactions = [] }: LakeBatch,
): Promise<Commit> => {
  const { table, log, now } = context
  const read = await knownState(context)
  checkTransactions(table, read, transactions)
  const measured = measureRows(rows)
  if (measured.rowCount !== rowCount)
    throw new PortError(
      'INVALID_ARGUMENT',
      `A batch for table ${table} says ${rowCount} rows and holds ${measured.rowCount}.`,
      { details: { table } },
    )
  await using folder = await workFolder(context.workDirectory)
  const written = await writeRows(context, read, { rows, ...measured }, folder.path)
  const { columns, partitionColumns } = read.metadata
  const published = await publishFiles(context, written, { columns, dataChange: true })
  const positions = transactions.map(
    ({ appId, version }): Action => ({ txn: { appId, version, lastUpdated: now() } }),
  )
  const state = await commitOrDiscard(published, () =>
    log.commit({
      kind: 'append',
      actions: [...positions, ...published.adds],
      operation: 'WRITE',
      operationParameters: { mode: 'Append', partitionBy: JSON.stringify(partitionColumns) },
      operationMetrics: {
        numFiles: written.length,
        numOutputRows: rowCount,
        numOutputBytes: published.sizeBytes,
      },
      read,
      expectedTransactions: transactions,
    }),
  )
  return {
    version: state.version,
    timestamp: state.timestamp,
    rowCount,
    files: written.length,
    sizeBytes: published.sizeBytes,
  }
}

/** Files go only if it is certain that no version names them. */
export const commitOrDiscard = async (
  published: PublishedFiles,
  commit: () => Promise<LogState>,
): Promise<LogState> => {
  try {
    return await commit()
  } catch (error) {
    const certain = error instanceof PortError && CERTAIN.has(error.code)
    if (certain) await published.discard()
    throw error
  }
}

/** Of rows as JSON. */
const SMALL_BYTES = 16 << 20

const CERTAIN = new Set<string>([
  'LAKE_TRANSACTION_CONFLICT',
  'LAKE_UNSUPPORTED',
  'STORAGE_FULL',
  'ENGINE_ACCESS_DENIED',
])

/** The version itself checks again; here it saves the work. */
const checkTransactions = (
  table: string,
  { transactions }: LogState,
  wanted: readonly AppTransaction[],
): void => {
  for (const { appId, expected } of wanted) {
    const stands = transactions.get(appId)?.version ?? null
    if (stands !== expected)
      throw transactionConflict(
        table,
        `${appId} was expected at ${expected ?? 'no position'}, and stands at ${stands ?? 'no position'}`,
        { appId, expected, version: stands },
      )
  }
}

interface MeasuredRows {
  rows: readonly Uint8Array[]
  rowCount: number
  longest: number
  bytes: number
}

const writeRows = async (
  { table, jobs }: TableContext,
  { metadata }: LogState,
  { rows, bytes, longest, rowCount }: MeasuredRows,
  folder: string,
): Promise<WrittenFile[]> => {
  if (rowCount === 0) return []
  const source = join(folder, 'rows.ndjson')
  await writeParts(source, rows)
  const { columns, partitionColumns } = metadata
  // What a sink appends every few seconds does not wait until files are merged.
  const run = bytes <= SMALL_BYTES ? jobs.runSmall : jobs.run
  return run(async connection => {
    try {
      return await writeParquet(connection, {
        select: rowSource(columns, source, longest),
        columns,
        partitionBy: partitionColumns,
        directory: join(folder, 'data'),
        bytesPerRow: bytes / rowCount,
      })
    } catch (error) {
      throw duckdbFailure(error) ?? machineFailure(error) ?? explainMismatch(table, columns, rows, error)
    }
  })
}

/** Not synced: it is read at once, and gone after that. */
const writeParts = async (path: string, parts: readonly Uint8Array[]): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    // The kernel takes 1024 buffers at a time.
    for (let start = 0; start < parts.length; start += 1024) {
      const some = parts.slice(start, start + 1024)
      const wanted = some.reduce((sum, part) => sum + part.length, 0)
      const { bytesWritten } = await file.writev(some)
      if (bytesWritten !== wanted) await file.write(Buffer.concat(some), bytesWritten)
    }
  } catch (error) {
    throw duckdbFailure(error) ?? error
  } finally {
    await file.close()
  }
}
