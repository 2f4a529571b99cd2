import type { Action } from './actions.ts'
import { writeLastCheckpoint } from './last-checkpoint.ts'
import type { LogContext } from './log-context.ts'
import { checkpointName, hadoopChecksumName } from './log-names.ts'
import type { LogState } from './log-state.ts'
import { removedFileRetention } from './table-settings.ts'

/** Stores a state as a classic checkpoint of one part, then points to it. */
export const writeCheckpoint = async (
  { objects, parquet, now }: Pick<LogContext, 'objects' | 'parquet' | 'now'>,
  state: LogState,
): Promise<void> => {
  const oldest = now() - removedFileRetention(state.metadata)
  const rows: Action[] = [{ protocol: state.protocol }, { metaData: state.metadata.raw }]
  for (const txn of state.transactions.values()) rows.push({ txn })
  for (const remove of state.tombstones.values()) {
    // Vacuum may have deleted the others already, so nobody needs to know of them.
    if ((remove.deletionTimestamp ?? 0) > oldest) rows.push({ remove: { ...remove, dataChange: false } })
  }
  let numOfAddFiles = 0
  for (const add of state.files.values()) {
    rows.push({ add: { ...add, dataChange: false } })
    numOfAddFiles++
  }
  const content = await parquet.write(rows)
  const key = checkpointName(state.version)
  // Others may have written the same version.
  await objects.delete([hadoopChecksumName(key)])
  await objects.put(key, content)
  await writeLastCheckpoint(objects, {
    version: state.version,
    size: rows.length,
    sizeInBytes: content.byteLength,
    numOfAddFiles,
  })
}
