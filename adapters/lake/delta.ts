import { join, resolve } from 'node:path'
import type { Lake, LakeTable } from '#ports/lake.ts'
import type { Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { createCheckpointParquet } from './data/checkpoint-parquet.ts'
import { checkTableName } from './data/check-spec.ts'
import { createDuckdbJobs } from './data/duckdb-jobs.ts'
import { ensureTable } from './data/ensure-table.ts'
import { openTable } from './data/open-table.ts'
import type { TableContext } from './data/table-context.ts'
import { tableNames } from './data/table-names.ts'
import { processFolder } from './data/work-folder.ts'
import { openDeltaLog } from './log/open-delta-log.ts'

export interface DeltaLakeOptions {
  /** Where the tables are; it stays open when the lake is closed. */
  objects: Objects
  /** For temporary files. Several processes may share it; what a killed one left there goes with the next start. */
  workDirectory: string
  /** Of DuckDB; default 1. */
  threads?: number
  /** Of DuckDB, for everything at once; default 256 MiB. */
  memoryMb?: number
  /** Told to readers of the history, such as `coelho-realtime/0.3.0`. */
  engineName?: string
  /** Unix milliseconds. */
  now?: () => number
  onNotice?: (level: 'info' | 'warn', message: string) => void
}

/** Delta tables on any store of objects, their Parquet files by DuckDB, which starts with the first that is written or read. */
export const openDeltaLake = async ({
  objects,
  workDirectory,
  threads = 1,
  memoryMb = 256,
  engineName = 'coelho-realtime',
  now = Date.now,
  onNotice = () => {},
}: DeltaLakeOptions): Promise<Lake> => {
  const work = await processFolder(resolve(workDirectory))
  const jobs = createDuckdbJobs({ threads, memoryMb, tempDirectory: join(work.path, 'spill') })
  const parquet = createCheckpointParquet(jobs, work.path)
  const contexts = new Map<string, { context: TableContext; table: LakeTable }>()
  let closed = false

  const known = (name: string): { context: TableContext; table: LakeTable } => {
    if (closed) throw new PortError('LAKE_CLOSED', 'The lake is closed; open it again to use it.')
    checkTableName(name)
    const found = contexts.get(name)
    if (found !== undefined) return found
    const log = openDeltaLog({ objects, table: name, parquet, engineName, now, onNotice })
    const context = { table: name, objects, log, jobs, workDirectory: work.path, now, onNotice }
    const made = { context, table: openTable(context) }
    contexts.set(name, made)
    return made
  }

  return {
    uri: objects.uri,
    tables: () => tableNames(objects),
    async open(name) {
      const { context, table } = known(name)
      return (await context.log.state()) === null ? null : table
    },
    async ensureTable(spec) {
      const { context, table } = known(spec.name)
      await ensureTable(context.log, spec, now)
      return table
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      await jobs[Symbol.asyncDispose]()
      await work[Symbol.asyncDispose]()
    },
  }
}
