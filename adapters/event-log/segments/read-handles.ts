import { type FileHandle, open } from 'node:fs/promises'

/** Files open for reading, shared by all readers and bounded in number. */
export interface ReadHandles {
  read(path: string, buffer: Buffer, position: number, length: number): Promise<number>
  /** Lets go of a file that is being removed. */
  forget(path: string): void
  close(): Promise<void>
}

const MAX_OPEN_FILES = 64

export const createReadHandles = (maxOpen: number = MAX_OPEN_FILES): ReadHandles => {
  interface Entry {
    handle: Promise<FileHandle>
    users: number
    forgotten: boolean
  }
  // Least recently used first: every use inserts anew.
  const entries = new Map<string, Entry>()
  const closing = new Set<Promise<void>>()
  let closed = false

  const closeEntry = (entry: Entry) => {
    const done = entry.handle
      .then(handle => handle.close())
      .catch(() => {})
      .finally(() => closing.delete(done))
    closing.add(done)
  }
  const evict = () => {
    for (const [path, entry] of entries) {
      if (entries.size <= maxOpen) return
      if (entry.users > 0) continue
      entries.delete(path)
      closeEntry(entry)
    }
  }
  const forget = (path: string) => {
    const entry = entries.get(path)
    if (!entry) return
    entries.delete(path)
    entry.forgotten = true
    if (entry.users === 0) closeEntry(entry)
  }

  return {
    async read(path, buffer, position, length) {
      const entry = entries.get(path) ?? { handle: open(path, 'r'), users: 0, forgotten: closed }
      entries.delete(path)
      // A reader that outlives the log closes what it opens.
      if (!closed) entries.set(path, entry)
      entry.users += 1
      evict()
      try {
        let total = 0
        const handle = await entry.handle
        while (total < length) {
          const { bytesRead } = await handle.read(buffer, total, length - total, position + total)
          if (bytesRead === 0) break
          total += bytesRead
        }
        return total
      } catch (error) {
        forget(path)
        throw error
      } finally {
        entry.users -= 1
        if (entry.forgotten && entry.users === 0) closeEntry(entry)
      }
    },
    forget,
    async close() {
      closed = true
      for (const path of entries.keys()) forget(path)
      await Promise.all(closing)
    },
  }
}
