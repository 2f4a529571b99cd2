import type { LocalFile, ObjectInfo, Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'

/** The objects of one table, under keys relative to it. */
export interface TableObjects {
  put(key: string, content: Uint8Array): Promise<void>
  putIfAbsent(key: string, content: Uint8Array): Promise<boolean>
  /** Null if there is none. */
  find(key: string): Promise<Uint8Array | null>
  stat(key: string): Promise<ObjectInfo | null>
  list(prefix: string, options?: { after?: string }): AsyncIterable<ObjectInfo>
  delete(keys: readonly string[]): Promise<void>
  localFile(key: string): Promise<LocalFile>
}

/** @param folder where the table is within the store, without a slash at its end. */
export const tableObjects = (objects: Objects, folder: string): TableObjects => {
  const keyOf = (key: string): string => `${folder}/${key}`
  const own = (info: ObjectInfo): ObjectInfo => ({ ...info, key: info.key.slice(folder.length + 1) })
  return {
    put: (key, content) => objects.put(keyOf(key), content),
    putIfAbsent: (key, content) => objects.putIfAbsent(keyOf(key), content),
    async find(key) {
      try {
        return await objects.get(keyOf(key))
      } catch (error) {
        if (error instanceof PortError && error.code === 'NOT_FOUND') return null
        throw error
      }
    },
    async stat(key) {
      const info = await objects.stat(keyOf(key))
      return info === null ? null : own(info)
    },
    async *list(prefix, { after } = {}) {
      const options = after === undefined ? {} : { after: keyOf(after) }
      for await (const info of objects.list(keyOf(prefix), options)) yield own(info)
    },
    delete: keys => objects.delete(keys.map(keyOf)),
    localFile: key => objects.localFile(keyOf(key)),
  }
}
