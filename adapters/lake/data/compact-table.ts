import { join } from 'node:path'
import type { Commit, CompactOptions, DataFile } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { Action, AddFile } from '../log/actions.ts'
import type { LogState } from '../log/log-state.ts'
import { removalOf } from '../log/removal-of.ts'
import { commitOrDiscard } from './append-rows.ts'
import { chooseMerges, type Merge } from './choose-merges.ts'
import { fileRelation } from './file-relation.ts'
import { knownState } from './known-state.ts'
import { localDataFiles } from './local-data-files.ts'
import { publishFiles } from './publish-files.ts'
import { readFailure } from './read-failure.ts'
import { snapshotOf } from './snapshot-of.ts'
import type { TableContext } from './table-context.ts'
import { workFolder } from './work-folder.ts'
import { type WrittenFile, writeParquet } from './write-parquet.ts'

const TARGET_BYTES = 64 << 20
const MIN_FILES = 8
/** Of rows as JSON to Parquet, roughly. */
const COMPRESSION = 8
/** Files without statistics get row groups of the usual size. */
const ROWS_UNKNOWN = 100_000
const REST_MS = 3_600_000
/** Others who merge the same files at the same time. */
const TRIES = 3
/** Times that files are left out before it is given up. */
const MOST_EXCLUSIONS = 10

/**
 * Merges small files of a table in one version, about twice the target's bytes at most: call it until it gives null. Rows keep
 * the order in which they were written.
 */
export const compactTable = async (
  context: TableContext,
  { targetBytes = TARGET_BYTES, minFiles = MIN_FILES }: CompactOptions = {},
): Promise<Commit | null> => {
  const damaged = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    const read = await knownState(context)
    const files = snapshotOf(context.table, read).files.filter(({ path }) => !damaged.has(path))
    const rules = { targetBytes, minFiles: Math.max(minFiles, 2), restMs: REST_MS, now: context.now() }
    const merges = withinBudget(chooseMerges(files, rules), 2 * targetBytes)
    if (merges.length === 0) return null
    try {
      return await rewrite(context, read, merges, targetBytes)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      if (error.code === 'LAKE_TRANSACTION_CONFLICT' && attempt < TRIES) continue
      // One damaged file must not keep all others apart for ever.
      const { file } = error.details
      // Where nobody can tell which one it is, all that were to be merged are left alone.
      const suspects =
        typeof file === 'string' && read.files.has(file) ? [file] : merges.flat().map(({ path }) => path)
      if (error.code !== 'LAKE_TABLE_CORRUPT' || attempt >= MOST_EXCLUSIONS) throw error
      context.onNotice('warn', `Compaction leaves out a file: ${error.message}`)
      for (const path of suspects) damaged.add(path)
    }
  }
}

const withinBudget = (merges: readonly Merge[], budget: number): Merge[] => {
  let bytes = 0
  return merges.filter((merge, index) => {
    bytes += merge.reduce((sum, file) => sum + file.sizeBytes, 0)
    return index === 0 || bytes <= budget
  })
}

const rewrite = async (
  context: TableContext,
  read: LogState,
  merges: readonly Merge[],
  targetBytes: number,
): Promise<Commit> => {
  const { log, now } = context
  await using folder = await workFolder(context.workDirectory)
  const written: WrittenFile[] = []
  for (const [index, merge] of merges.entries())
    written.push(...(await mergeFiles(context, read, merge, join(folder.path, String(index)))))
  const merged = merges.flat()
  const published = await publishFiles(context, written, {
    columns: read.metadata.columns,
    dataChange: false,
  })
  const removals = merged.map(
    ({ path }): Action => ({
      remove: removalOf(read.files.get(path) as AddFile, { now: now(), dataChange: false }),
    }),
  )
  const state = await commitOrDiscard(published, () =>
    log.commit({
      kind: 'rewrite',
      actions: [...removals, ...published.adds],
      operation: 'OPTIMIZE',
      operationParameters: { predicate: [], targetSize: targetBytes },
      operationMetrics: {
        numRemovedFiles: merged.length,
        numAddedFiles: written.length,
        numRemovedBytes: merged.reduce((sum, file) => sum + file.sizeBytes, 0),
        numAddedBytes: published.sizeBytes,
      },
      read,
    }),
  )
  return {
    version: state.version,
    timestamp: state.timestamp,
    rowCount: published.rowCount,
    files: written.length,
    sizeBytes: published.sizeBytes,
  }
}

const mergeFiles = async (
  { table, objects, jobs }: TableContext,
  { metadata }: LogState,
  merge: Merge,
  directory: string,
): Promise<WrittenFile[]> => {
  const files = [...merge].sort(byArrival)
  await using local = await localDataFiles(objects, table, files)
  const { columns, partitionColumns } = metadata
  const stored = columns.filter(({ name }) => !partitionColumns.includes(name))
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const expected = files.reduce((sum, { stats }) => sum + (stats?.rowCount ?? Number.NaN), 0)
  const written = await jobs.run(async connection => {
    try {
      return await writeParquet(connection, {
        select: fileRelation({ files, paths: local.paths, columns: stored, partitionBy: [] }),
        columns: stored,
        partitionBy: partitionColumns,
        partition: (files[0] as DataFile).partition,
        directory,
        bytesPerRow: (COMPRESSION * bytes) / (expected || ROWS_UNKNOWN),
      })
    } catch (error) {
      throw readFailure(error, table, files, local.paths)
    }
  })
  const count = written.reduce((sum, file) => sum + file.rowCount, 0)
  // Nothing is given up for fewer rows than there were.
  if (!Number.isNaN(expected) && count !== expected)
    throw new PortError(
      'LAKE_TABLE_CORRUPT',
      `Files of table ${table} hold ${count} rows where the log says ${expected}.`,
      {
        details: { table, file: files[0]?.path ?? null, version: null },
      },
    )
  return written
}

/** Rows of one source stay in the order of their offsets: its files followed one another. */
const byArrival = (a: DataFile, b: DataFile): number => {
  const left = a.stats?.min['_ingested_at'] ?? ''
  const right = b.stats?.min['_ingested_at'] ?? ''
  if (left !== right) return left < right ? -1 : 1
  return a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1)
}
