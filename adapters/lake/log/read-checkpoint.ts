import type { Action } from './actions.ts'
import type { CheckpointFiles, CheckpointRow } from './checkpoint-files.ts'
import { jsonOfParsedStats } from './parsed-stats.ts'
import type { CheckpointRef } from './list-log.ts'
import { actionOf } from './parse-actions.ts'
import { columnsOfSchema } from './schema-codec.ts'
import { unsupportedCheckpoint } from './table-errors.ts'
import type { TableObjects } from './table-objects.ts'

/** All actions of a classic checkpoint, of any number of parts. Throws `LAKE_UNSUPPORTED` if it points to sidecars. */
export const readCheckpoint = async ({
  table,
  objects,
  parquet,
  checkpoint,
}: {
  table: string
  objects: TableObjects
  parquet: CheckpointFiles
  checkpoint: CheckpointRef
}): Promise<Action[]> => {
  const rows: CheckpointRow[] = []
  for (const { key } of checkpoint.parts) {
    using file = await objects.localFile(key)
    for (const row of await parquet.read(file.path)) rows.push(row)
  }
  const actions: Action[] = []
  const parsedStats: { action: Action; parsed: object }[] = []
  for (const row of rows) {
    if (row['sidecar'] != null || row['checkpointMetadata'] != null) throw unsupportedCheckpoint(table)
    const action = actionOf(row)
    if (action === null) continue
    actions.push(action)
    const { add } = action
    if (add !== undefined) {
      const { stats_parsed: parsed, partitionValues_parsed: _, ...plain } = add as typeof add & ParsedMembers
      action.add = plain
      if (plain.stats === undefined && parsed !== undefined) parsedStats.push({ action, parsed })
    }
  }
  // A row's place says nothing: the schema may come behind the files.
  const schema =
    parsedStats.length === 0 ? null : actions.find(({ metaData }) => metaData !== undefined)?.metaData
  if (schema != null) {
    const columns = columnsOfSchema(schema.schemaString)
    for (const { action, parsed } of parsedStats) {
      const stats = jsonOfParsedStats(parsed, columns)
      if (action.add !== undefined && stats !== undefined) action.add.stats = stats
    }
  }
  return actions
}

/** What other writers put beside, or in the place of, `stats` and `partitionValues`. */
interface ParsedMembers {
  stats_parsed?: object
  partitionValues_parsed?: object
}
