import type { TableName } from './apply-commit.ts'
import type { CheckpointFiles } from './checkpoint-files.ts'
import type { TableObjects } from './table-objects.ts'

/** What everything that works on the log of a table needs. */
export interface LogContext extends TableName {
  objects: TableObjects
  parquet: CheckpointFiles
  /** Such as `coelho-realtime/0.3.0`; readers see it in the history. */
  engineName: string
  /** Unix milliseconds. */
  now: () => number
  onNotice: (level: 'info' | 'warn', message: string) => void
}
