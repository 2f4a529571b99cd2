import { applyCommit } from './apply-commit.ts'
import { listLog } from './list-log.ts'
import type { LogContext } from './log-context.ts'
import type { LogState } from './log-state.ts'
import { readCheckpoint } from './read-checkpoint.ts'
import { logRetention } from './table-settings.ts'
import type { Timeline } from './timeline.ts'

/**
 * Deletes the entries of versions that are older than the retention, up to the checkpoint from which all others can be read. The
 * retention is measured against the newest version too, so neither a table at rest nor a clock that runs ahead loses its history.
 * `first` is the oldest version that is left.
 */
export const cleanLog = async (
  context: LogContext,
  newest: LogState,
  timeline: Timeline,
): Promise<{ files: number; sizeBytes: number; first: number }> => {
  const { table, objects, parquet, now } = context
  const nothing = { files: 0, sizeBytes: 0, first: 0 }
  const listing = await listLog(objects)
  const oldest = Math.min(now(), newest.timestamp) - logRetention(newest.metadata)
  const expired = await timeline.versionIn(listing, oldest)
  if (expired === null) return nothing
  const checkpoint = listing.checkpoints.findLast(({ version }) => version <= expired)
  if (checkpoint === undefined) return nothing
  const over = listing.entries.filter(({ version }) => version < checkpoint.version)
  if (over.length === 0) return nothing
  try {
    // What is deleted below can't be had again if this one is damaged.
    const actions = await readCheckpoint({ table, objects, parquet, checkpoint })
    applyCommit(context, null, { version: checkpoint.version, timestamp: 0, actions })
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    context.onNotice(
      'warn',
      `The log of table "${table}" stays whole: checkpoint ${checkpoint.version} can't be read (${what}).`,
    )
    return nothing
  }
  // Oldest first: were it interrupted, what is left has no holes.
  over.sort((a, b) => a.version - b.version)
  await objects.delete(over.map(({ info }) => info.key))
  return {
    files: over.length,
    sizeBytes: over.reduce((sum, { info }) => sum + info.sizeBytes, 0),
    first: checkpoint.version,
  }
}
