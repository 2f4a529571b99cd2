import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { type DataDirectoryLock, lockDataDirectory } from '../../data-directory-lock.ts'
import { realFileCalls } from '../files/file-calls.ts'
import { fileFailure } from '../files/file-failure.ts'

/** Files of copies: `<name>-<size>-<random><extension>`, the name a hash of store and key. */
export interface CopyFolder extends AsyncDisposable {
  /** What is there whole, the longest unused first. */
  readonly found: readonly { name: string; path: string; sizeBytes: number }[]
  nameOf(key: string): string
  /** A path that no copy has had, so that what is removed late is never the new one. */
  newPath(key: string, sizeBytes: number): string
  /** A path for a file that is being written. */
  partial(): string
  sync(): Promise<void>
}

/** Processes of one machine that are given the same folder, more than anybody runs. */
const MOST_FOLDERS = 64
const PARTIAL = 'partial-'
const COPY = /^([0-9a-f]{40})-(\d+)-[0-9a-f]{12}(\.\w{1,16})?$/

/**
 * Opens a folder of copies for this process alone: the first one below `directory` that nobody holds, so that nobody removes
 * what others use. What a killed process left unfinished is removed.
 */
export const openCopyFolder = async (directory: string, store: string): Promise<CopyFolder> => {
  const { path: folder, lock } = await takeFolder(directory)
  const nameOf = (key: string) => createHash('sha256').update(`${store}\n${key}`).digest('hex').slice(0, 40)
  return {
    found: await findCopies(folder),
    nameOf,
    newPath: (key, sizeBytes) =>
      join(folder, `${nameOf(key)}-${sizeBytes}-${randomBytes(6).toString('hex')}${extensionOf(key)}`),
    partial: () => join(folder, `${PARTIAL}${randomBytes(9).toString('hex')}`),
    sync: () => realFileCalls.syncFolder(folder),
    [Symbol.asyncDispose]: () => lock.release(),
  }
}

const takeFolder = async (directory: string): Promise<{ path: string; lock: DataDirectoryLock }> => {
  for (let number = 1; ; number++) {
    const path = join(directory, `objects-${number}`)
    try {
      await mkdir(path, { recursive: true, mode: 0o700 })
      return { path, lock: await lockDataDirectory(path, null) }
    } catch (error) {
      const isHeld = error instanceof PortError && error.code === 'DATA_DIRECTORY_LOCKED'
      if (!isHeld || number === MOST_FOLDERS) throw fileFailure(error, 'keep copies', directory)
    }
  }
}

const findCopies = async (folder: string): Promise<CopyFolder['found']> => {
  const copies = new Map<string, { name: string; path: string; sizeBytes: number; usedAt: number }>()
  for (const file of await readdir(folder)) {
    const path = join(folder, file)
    const [, name, size] = COPY.exec(file) ?? []
    if (file.startsWith(PARTIAL)) await rm(path, { force: true })
    const found = name === undefined ? null : await stat(path).catch(() => null)
    if (name === undefined || !found?.isFile()) continue
    const other = copies.get(name)
    if (found.size !== Number(size) || (other && other.usedAt > found.mtimeMs)) {
      await rm(path, { force: true })
      continue
    }
    if (other) await rm(other.path, { force: true })
    copies.set(name, { name, path, sizeBytes: found.size, usedAt: found.mtimeMs })
  }
  return [...copies.values()]
    .sort((a, b) => a.usedAt - b.usedAt)
    .map(({ name, path, sizeBytes }) => ({ name, path, sizeBytes }))
}

/** For people, and readers that go by it. */
const extensionOf = (key: string): string => {
  const extension = extname(key)
  return /^\.\w{1,16}$/.test(extension) ? extension : ''
}
