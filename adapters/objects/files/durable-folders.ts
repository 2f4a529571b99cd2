import { mkdir, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileCalls } from './file-calls.ts'
import { isAbsent } from './file-failure.ts'

export interface DurableFolders {
  /** Creates a folder and those above it. */
  create(folder: string): Promise<void>
  /** Makes what happened in a folder durable, and that it exists. */
  sync(folder: string): Promise<void>
  /** Removes folders that are empty, from `folder` upwards; gives the first that stays. */
  prune(folder: string): Promise<string>
}

/** Folders below `root`, which exists and is durable. */
export const createDurableFolders = (root: string, calls: FileCalls): DurableFolders => {
  /** Those whose own entry this process knows to be on the disk: others may have made them, and not synced yet. */
  const durable = new Set([root])
  const syncEntry = async (folder: string): Promise<void> => {
    if (durable.has(folder)) return
    const parent = dirname(folder)
    await calls.syncFolder(parent)
    await syncEntry(parent)
    durable.add(folder)
  }

  return {
    async create(folder) {
      // It is missing, whatever was known.
      for (let path = folder; path !== root; path = dirname(path)) durable.delete(path)
      await mkdir(folder, { recursive: true, mode: 0o700 })
    },
    async sync(folder) {
      try {
        await calls.syncFolder(folder)
        await syncEntry(folder)
      } catch (error) {
        // Whoever removed the folder found it empty: what was put there is deleted already.
        if (!isAbsent(error)) throw error
      }
    },
    async prune(folder) {
      let path = folder
      while (path !== root) {
        try {
          await rmdir(path)
        } catch (error) {
          if (!isAbsent(error)) return path
        }
        durable.delete(path)
        path = dirname(path)
      }
      return path
    },
  }
}
