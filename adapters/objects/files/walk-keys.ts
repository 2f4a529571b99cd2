import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectInfo } from '#ports/objects.ts'
import { compareKeys } from '../core/compare-keys.ts'
import type { ConfinedPaths } from './confined-paths.ts'
import { isAbsent } from './file-failure.ts'
import { TEMPORARY_FOLDER } from './temporary-files.ts'

export interface WalkOptions {
  root: string
  paths: ConfinedPaths
  prefix: string
  after: string | undefined
}

/** Files below a folder as objects, in the order of their keys; what disappears meanwhile is left out. */
export async function* walkKeys({ root, paths, prefix, after }: WalkOptions): AsyncGenerator<ObjectInfo> {
  const start = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  const isWanted = (key: string) =>
    key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0)
  /** `folder` ends with a slash: all its keys stand behind it, and before or behind those of other folders. */
  const mayHold = (folder: string) =>
    (folder.startsWith(prefix) || prefix.startsWith(folder)) &&
    (after === undefined || after.startsWith(folder) || compareKeys(folder, after) > 0)

  async function* walk(folder: string): AsyncGenerator<ObjectInfo> {
    for (const { key, isFolder, isLink } of await entriesOf(folder)) {
      if (isFolder) {
        if (mayHold(key)) yield* walk(key)
      } else if (isWanted(key)) {
        const info = await infoOf(key, isLink)
        if (info) yield info
      }
    }
  }
  const entriesOf = async (folder: string) => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(ifAbsent<Dirent[]>([]))
    return entries
      .filter(({ name }) => folder !== '' || name !== TEMPORARY_FOLDER)
      .filter(entry => entry.isDirectory() || entry.isFile() || entry.isSymbolicLink())
      .map(entry => {
        const isFolder = entry.isDirectory()
        const key = `${folder}${entry.name}${isFolder ? '/' : ''}`
        return { key, isFolder, isLink: entry.isSymbolicLink() }
      })
      .sort((a, b) => compareKeys(a.key, b.key))
  }
  const infoOf = async (key: string, isLink: boolean): Promise<ObjectInfo | null> => {
    try {
      const path = join(root, key)
      const found = await stat(isLink ? await paths.real(path) : path)
      // A link to a folder would show its objects twice.
      if (!found.isFile()) return null
      return { key, sizeBytes: found.size, modifiedAt: Math.trunc(found.mtimeMs) }
    } catch (error) {
      return ifAbsent(null)(error)
    }
  }

  if (start !== '') {
    try {
      await paths.real(join(root, start))
    } catch (error) {
      return ifAbsent(undefined)(error)
    }
  }
  yield* walk(start)
}

const ifAbsent =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isAbsent(error)) return value
    throw error
  }
