import { listLog } from '../log/list-log.ts'
import { tableObjects } from '../log/table-objects.ts'
import { removedFileRetention } from '../log/table-settings.ts'
import { knownState } from './known-state.ts'
import { spareCheckpoints } from './spare-checkpoints.ts'
import type { TableContext } from './table-context.ts'

/** Nobody takes longer from a data file to the version that names it. */
const YOUNGEST_ORPHAN_MS = 3_600_000
/** Keys of one request to the store. */
const BATCH = 1000

/**
 * Deletes data files that no version within the retention names: those removed before it, and those of writers that ended before
 * their version. The retention counts back from the newest version, so neither a table at rest nor a clock that runs ahead loses
 * what readers may still want. Then entries of the log that are older than the log's own retention, and
 * checkpoints that others make superfluous.
 */
export const vacuumTable = async (
  context: TableContext,
  retention?: number,
): Promise<{ files: number; sizeBytes: number }> => {
  const { table, objects, log, now } = context
  const state = await knownState(context)
  const retentionMs = retention ?? removedFileRetention(state.metadata)
  const oldest = Math.min(now(), state.timestamp) - retentionMs
  const gone: { key: string; sizeBytes: number }[] = []
  const nobodys: { key: string; sizeBytes: number; modifiedAt: number }[] = []
  let newest = 0
  for await (const { key, sizeBytes, modifiedAt } of objects.list(`${table}/`)) {
    newest = Math.max(newest, modifiedAt)
    const path = key.slice(table.length + 1)
    if (!isDataFile(path) || state.files.has(path)) continue
    const removed = state.tombstones.get(path)
    if (removed === undefined) nobodys.push({ key, sizeBytes, modifiedAt })
    else if ((removed.deletionTimestamp ?? 0) < oldest) gone.push({ key, sizeBytes })
  }
  // By the store's own clock, so that the files of a writer at work are young whatever the time is here.
  const orphansBefore = Math.min(now(), newest) - Math.max(retentionMs, YOUNGEST_ORPHAN_MS)
  gone.push(...nobodys.filter(({ modifiedAt }) => modifiedAt < orphansBefore))
  // A file that was listed as nobody's may have been named since, by a writer that took its time.
  const again = await knownState(context)
  const deleted = gone.filter(({ key }) => !again.files.has(key.slice(table.length + 1)))
  for (let start = 0; start < deleted.length; start += BATCH)
    await objects.delete(deleted.slice(start, start + BATCH).map(({ key }) => key))
  await log.clean()
  const logFiles = tableObjects(objects, table)
  const spare = spareCheckpoints(await listLog(logFiles), now())
  if (spare.length > 0) await logFiles.delete(spare)
  return { files: deleted.length, sizeBytes: deleted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** As with Spark's VACUUM, what is below a folder that begins with `_` or `.` belongs to somebody else. */
const isDataFile = (path: string): boolean =>
  path.endsWith('.parquet') &&
  path
    .split('/')
    .slice(0, -1)
    .every(part => !/^[_.]/.test(part) || part.includes('='))
