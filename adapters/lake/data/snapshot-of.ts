import type { DataFile, Snapshot } from '#ports/lake.ts'
import type { AddFile } from '../log/actions.ts'
import { decodeStats } from '../log/file-stats.ts'
import type { LogState } from '../log/log-state.ts'

/** A version as readers see it. The same state gives the same snapshot. */
export const snapshotOf = (table: string, state: LogState): Snapshot => {
  const known = snapshots.get(state)
  if (known !== undefined) return known
  const snapshot = build(table, state)
  snapshots.set(state, snapshot)
  return snapshot
}

const snapshots = new WeakMap<LogState, Snapshot>()

const build = (table: string, state: LogState): Snapshot => {
  const { columns, partitionColumns } = state.metadata
  const files = [...state.files]
    .map(([path, add]) => dataFile(path, add, state))
    .sort((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1))
  let rowCount: number | null = 0
  for (const { stats } of files)
    rowCount = rowCount === null || stats === null ? null : rowCount + stats.rowCount
  return {
    table,
    version: state.version,
    timestamp: state.timestamp,
    columns,
    partitionBy: partitionColumns,
    files,
    sizeBytes: state.sizeBytes,
    rowCount,
    transactions: new Map([...state.transactions].map(([appId, { version }]) => [appId, version])),
  }
}

const dataFile = (path: string, add: AddFile, { metadata }: LogState): DataFile => ({
  path,
  sizeBytes: add.size,
  modifiedAt: add.modificationTime,
  partition: Object.fromEntries(
    // Old writers have empty text for null.
    metadata.partitionColumns.map(name => [name, add.partitionValues[name] || null]),
  ),
  stats: decodeStats(add, metadata.columns),
})
