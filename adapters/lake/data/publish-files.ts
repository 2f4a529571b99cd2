import type { Column } from '#ports/lake.ts'
import type { Action, AddFile } from '../log/actions.ts'
import { encodeAddPath } from '../log/add-path.ts'
import { encodeStats } from '../log/file-stats.ts'
import type { TableContext } from './table-context.ts'
import type { WrittenFile } from './write-parquet.ts'

export interface PublishedFiles {
  adds: readonly Action[]
  sizeBytes: number
  rowCount: number
  /** For files that no version is going to name. Vacuum would find them later, so this never fails. */
  discard(): Promise<void>
}

/** Puts data files to where the table has them; no reader sees them before a version names them. */
export const publishFiles = async (
  { table, objects, now }: TableContext,
  files: readonly WrittenFile[],
  { columns, dataChange }: { columns: readonly Column[]; dataChange: boolean },
): Promise<PublishedFiles> => {
  const keys: string[] = []
  const discard = (): Promise<void> => objects.delete(keys).catch(() => {})
  try {
    for (const file of files) {
      const key = `${table}/${file.path}`
      keys.push(key)
      await objects.putFile(key, file.localPath)
    }
  } catch (error) {
    await discard()
    throw error
  }
  return {
    adds: files.map(file => ({ add: addOf(file, columns, dataChange, now()) })),
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    rowCount: files.reduce((sum, file) => sum + file.rowCount, 0),
    discard,
  }
}

const addOf = (
  { path, partition, sizeBytes, stats }: WrittenFile,
  columns: readonly Column[],
  dataChange: boolean,
  modificationTime: number,
): AddFile => ({
  path: encodeAddPath(path),
  partitionValues: { ...partition },
  size: sizeBytes,
  modificationTime,
  dataChange,
  stats: encodeStats(stats, columns),
})
