import { constants, type FileHandle, copyFile, link, open, rename } from 'node:fs/promises'

/** The calls that make an object durable; tests replace them to see what a bad disk does. */
export interface FileCalls {
  write(handle: FileHandle, content: Uint8Array): Promise<void>
  copy(from: string, to: string): Promise<void>
  sync(handle: FileHandle): Promise<void>
  link(from: string, to: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Makes the creation, renaming or removal of files in a folder durable. */
  syncFolder(path: string): Promise<void>
}

export const realFileCalls: FileCalls = {
  write: (handle, content) => handle.writeFile(content),
  // A file system that can share blocks does, the others copy.
  copy: (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE),
  sync: handle => handle.sync(),
  link,
  rename,
  async syncFolder(path) {
    // Windows has no such call; NTFS journals its folders.
    if (process.platform === 'win32') return
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}
