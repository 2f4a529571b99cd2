import type { Objects } from '#ports/objects.ts'
import type { DeltaLog } from '../log/open-delta-log.ts'
import type { DuckdbJobs } from './duckdb-jobs.ts'

/** What every operation on one table works with. */
export interface TableContext {
  table: string
  objects: Objects
  log: DeltaLog
  jobs: DuckdbJobs
  /** Temporary files, of this process alone. */
  workDirectory: string
  /** Unix milliseconds. */
  now: () => number
  onNotice: (level: 'info' | 'warn', message: string) => void
}
