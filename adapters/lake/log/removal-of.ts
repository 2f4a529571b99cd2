import type { AddFile, RemoveFile } from './actions.ts'

/** The action that takes a live file out of the table, under the very path under which it was added. */
export const removalOf = (
  { path, partitionValues, size }: AddFile,
  { now, dataChange }: { now: number; dataChange: boolean },
): RemoveFile => ({
  path,
  deletionTimestamp: now,
  dataChange,
  extendedFileMetadata: true,
  partitionValues,
  size,
})
