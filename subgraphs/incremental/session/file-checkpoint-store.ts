import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeCheckpoint } from './checkpoint.ts'
import { checkpointName, type CheckpointName, newestFirst, outlived } from './checkpoint-name.ts'
import type { CheckpointStore } from './checkpoint-store.ts'

/** Checkpoints as files `<directory>/<session>/<sequence>-<unix ms>.checkpoint`, written beside and renamed. */
export function createFileCheckpointStore({
  directory,
  onDamaged,
}: {
  directory: string
  onDamaged: (file: string, error: Error) => void
}): CheckpointStore {
  async function list(session: string): Promise<CheckpointName[]> {
    try {
      return newestFirst(await readdir(join(directory, session)))
    } catch (error) {
      // A folder that is there and cannot be read must not pass for a session without checkpoints.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  async function prune(session: string): Promise<void> {
    for (const { name } of outlived(await list(session)))
      await rm(join(directory, session, name), { force: true })
  }

  return {
    async save(session, sequence, at, bytes) {
      const folder = join(directory, session)
      await mkdir(folder, { recursive: true })
      const path = join(folder, checkpointName(sequence, at))
      const temporary = `${path}.tmp`
      const file = await open(temporary, 'w')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
      await syncDirectory(folder)
      // It is durable; those that outlived their use go with the next one.
      await prune(session).catch(() => {})
    },
    async latest(session) {
      for (const { name } of await list(session)) {
        const path = join(directory, session, name)
        try {
          return decodeCheckpoint(await readFile(path))
        } catch (error) {
          onDamaged(path, error as Error)
        }
      }
      return null
    },
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
