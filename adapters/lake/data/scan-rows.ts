import type { DuckDBResult } from '@duckdb/node-api'
import type { DataFile, RowBatch, ScanOptions, Snapshot } from '#ports/lake.ts'
import type { DuckdbSession } from './duckdb-jobs.ts'
import { fileRelation } from './file-relation.ts'
import { readFailure } from './read-failure.ts'
import { rowValues } from './row-values.ts'
import { type ScanQuery, scanQuery } from './scan-query.ts'
import { filesMatching } from './skip-files.ts'
import type { TableContext } from './table-context.ts'
import { tableFiles } from './table-files.ts'

/** Files of a store that are held on this machine at a time, as far as the order of rows does not need them all. */
const HELD = { files: 64, bytes: 512 << 20 }

/** Rows of a snapshot in batches of at most 2048. */
export async function* scanRows(
  context: TableContext,
  snapshot: Snapshot,
  options: ScanOptions = {},
): AsyncGenerator<RowBatch, void, undefined> {
  const { signal, limit = Number.POSITIVE_INFINITY, orderBy = [], where = [] } = options
  signal?.throwIfAborted()
  const matching = filesMatching(snapshot.files, where, snapshot.columns)
  // Names are checked even if no file is left.
  scanQuery('', snapshot.columns, options)
  let left = limit
  for (const files of orderBy.length > 0 ? [matching] : portions(matching)) {
    if (left <= 0) return
    const portion = Number.isFinite(left) ? { ...options, limit: left } : options
    for await (const batch of scanFiles(context, snapshot, files, portion)) {
      left -= batch.rowCount
      yield batch
    }
  }
}

async function* scanFiles(
  context: TableContext,
  { columns, partitionBy }: Snapshot,
  files: readonly DataFile[],
  options: ScanOptions,
): AsyncGenerator<RowBatch, void, undefined> {
  if (files.length === 0) return
  await using local = await tableFiles(context, files)
  await using session = await context.jobs.connect()
  const interrupt = (): void => session.interrupt()
  options.signal?.addEventListener('abort', interrupt)
  try {
    options.signal?.throwIfAborted()
    const relation = fileRelation({ files, paths: local.paths, columns, partitionBy })
    const query = scanQuery(relation, columns, options)
    for await (const batch of batches(session, query)) {
      yield batch
      // An interruption between two batches would be forgotten.
      options.signal?.throwIfAborted()
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    throw readFailure(error, context.table, files, local.paths)
  } finally {
    options.signal?.removeEventListener('abort', interrupt)
  }
}

async function* batches(session: DuckdbSession, query: ScanQuery): AsyncGenerator<RowBatch, void, undefined> {
  const result: DuckDBResult = await session.during(connection => connection.stream(query.sql, query.params))
  for (;;) {
    const chunk = await session.during(() => result.fetchChunk())
    if (chunk === null || chunk.rowCount === 0) return
    yield {
      rowCount: chunk.rowCount,
      columns: Object.fromEntries(
        query.columns.map(({ name, type }, index) => [name, rowValues(chunk.getColumnValues(index), type)]),
      ),
    }
  }
}

function* portions(files: readonly DataFile[]): Iterable<DataFile[]> {
  let portion: DataFile[] = []
  let bytes = 0
  for (const file of files) {
    if (portion.length > 0 && (portion.length === HELD.files || bytes + file.sizeBytes > HELD.bytes)) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(file)
    bytes += file.sizeBytes
  }
  if (portion.length > 0) yield portion
}
