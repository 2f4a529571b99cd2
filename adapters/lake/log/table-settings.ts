import { intervalMs } from './interval.ts'
import type { TableMetadata } from './log-state.ts'

/** Delta's own defaults (https://docs.delta.io/latest/table-properties.html). */
const LOG_RETENTION_MS = 30 * 86_400_000
const REMOVED_FILE_RETENTION_MS = 7 * 86_400_000
const CHECKPOINT_INTERVAL = 10

/** Milliseconds for which versions are kept: `delta.logRetentionDuration`. */
export const logRetention = (metadata: TableMetadata): number =>
  duration(metadata, 'delta.logRetentionDuration') ?? LOG_RETENTION_MS

/** Milliseconds for which files stay after their removal: `delta.deletedFileRetentionDuration`. */
export const removedFileRetention = (metadata: TableMetadata): number =>
  duration(metadata, 'delta.deletedFileRetentionDuration') ?? REMOVED_FILE_RETENTION_MS

/** Versions from one checkpoint to the next: `delta.checkpointInterval`. */
export const checkpointInterval = ({ configuration }: TableMetadata): number => {
  const interval = Number(configuration['delta.checkpointInterval'] ?? CHECKPOINT_INTERVAL)
  return Number.isSafeInteger(interval) && interval > 0 ? interval : CHECKPOINT_INTERVAL
}

/** Whether rows must never go: `delta.appendOnly`. */
export const isAppendOnly = ({ configuration }: TableMetadata): boolean =>
  configuration['delta.appendOnly'] === 'true'

const duration = ({ configuration }: TableMetadata, key: string): number | null => {
  const text = configuration[key]
  return text === undefined ? null : intervalMs(text)
}
