import { hadoopChecksumName, LAST_CHECKPOINT } from './log-names.ts'
import type { TableObjects } from './table-objects.ts'

/** The pointer that spares readers a full listing. Only a hint: it may be stale. */
export interface LastCheckpoint {
  version: number
  /** Actions in the checkpoint. */
  size: number
  sizeInBytes: number
  numOfAddFiles: number
}

/** The version that it names, or null if it is missing or rubbish. */
export const readLastCheckpoint = async (objects: TableObjects): Promise<number | null> => {
  const content = await objects.find(LAST_CHECKPOINT)
  if (content === null) return null
  try {
    const { version } = JSON.parse(new TextDecoder().decode(content)) as { version?: unknown }
    return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : null
  } catch {
    return null
  }
}

/** Never moves it back. */
export const writeLastCheckpoint = async (objects: TableObjects, pointer: LastCheckpoint): Promise<void> => {
  const before = await readLastCheckpoint(objects)
  if (before !== null && before > pointer.version) return
  await objects.delete([hadoopChecksumName(LAST_CHECKPOINT)])
  await objects.put(LAST_CHECKPOINT, new TextEncoder().encode(JSON.stringify(pointer)))
}
