import { type FileHandle, lstat, mkdir, open, realpath, rm, stat, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { checkPrefix } from './core/check-key.ts'
import { type ByteRange, checkRange } from './core/check-range.ts'
import { createConfinedPaths } from './files/confined-paths.ts'
import { createDurableFolders } from './files/durable-folders.ts'
import { type FileCalls, realFileCalls } from './files/file-calls.ts'
import { errnoOf, fileFailure, isAbsent } from './files/file-failure.ts'
import { stageFile } from './files/stage-file.ts'
import { createTemporaryFiles } from './files/temporary-files.ts'
import { walkKeys } from './files/walk-keys.ts'

export interface FileObjectsOptions {
  /** Created if it is missing. Several processes may use it at once. */
  directory: string
  onNotice?: (level: 'info' | 'warn', message: string) => void
  calls?: FileCalls
}

/** A folder may be removed as empty between its creation and the first file in it. */
const ATTEMPTS = 20

/**
 * Objects as files of a folder, for this user only: written aside, synced, and named in one step. Symbolic links that lead out
 * of the folder are refused. Throws `ENGINE_ACCESS_DENIED` or `ENGINE_UNREACHABLE` if the folder can't be used.
 */
export const openFileObjects = async ({
  directory,
  onNotice = () => {},
  calls = realFileCalls,
}: FileObjectsOptions): Promise<Objects> => {
  const given = resolve(directory)
  const told = <T>(what: string, run: () => Promise<T>): Promise<T> =>
    run().catch((error: unknown) => {
      throw fileFailure(error, what, given)
    })
  const root = await told('open the store', () => createRoot(given, calls))
  const paths = createConfinedPaths(root)
  const folders = createDurableFolders(root, calls)
  const temporary = createTemporaryFiles(root)
  const swept = await temporary.sweep()
  if (swept > 0) onNotice('info', `Removed ${swept} unfinished files of ended processes in ${given}.`)

  /** Gives a finished file its name, and makes that durable. False if the name is taken and must not be. */
  const publish = async (staged: string, path: string, name: FileCalls['link']): Promise<boolean> => {
    const folder = dirname(path)
    for (let attempt = 1; ; attempt++) {
      try {
        await name(staged, path)
        break
      } catch (error) {
        if (errnoOf(error) === 'EEXIST' && name === calls.link) {
          if (!(await isSameFile(staged, path))) return false
          break
        }
        if (name === calls.link) checkLinks(error, given)
        if (errnoOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error
        await folders.create(folder)
      }
    }
    await folders.sync(folder)
    return true
  }
  const store = (key: string, source: Uint8Array | string, name: FileCalls['link']): Promise<boolean> => {
    const path = paths.pathOf(key)
    return told(`store ${key}`, async () => {
      await paths.checkFolder(path)
      if (name === calls.link && (await isTaken(path))) return false
      const staged = await temporary.next()
      try {
        await stageFile(staged, source, calls)
        return await publish(staged, path, name)
      } finally {
        await rm(staged, { force: true }).catch(() => {})
      }
    })
  }
  /** Runs on the file of a key; `NOT_FOUND` if there is none. */
  const found = <T>(key: string, what: string, run: (path: string) => Promise<T>): Promise<T> => {
    const path = paths.pathOf(key)
    return told(`${what} ${key}`, async () => {
      try {
        const real = await paths.real(path)
        if (!(await stat(real)).isFile()) throw absent(key, given)
        return await run(real)
      } catch (error) {
        throw isAbsent(error) ? absent(key, given, error) : error
      }
    })
  }

  return {
    uri: pathToFileURL(given).href.replace(/\/+$/, ''),
    async put(key, content) {
      await store(key, content, calls.rename)
    },
    putIfAbsent: async (key, content) => store(key, content, calls.link),
    async putFile(key, path) {
      await store(key, path, calls.rename)
    },
    async get(key, range) {
      const bounds = checkRange(range)
      return found(key, 'read', async path => {
        await using handle = await open(path, 'r')
        return await readBytes(handle, bounds)
      })
    },
    async stat(key) {
      try {
        return await found(key, 'find', async path => {
          const { size, mtimeMs } = await stat(path)
          return { key, sizeBytes: size, modifiedAt: Math.trunc(mtimeMs) }
        })
      } catch (error) {
        if (error instanceof PortError && error.code === 'NOT_FOUND') return null
        throw error
      }
    },
    async *list(prefix, { after } = {}) {
      checkPrefix(prefix)
      try {
        yield* walkKeys({ root, paths, prefix, after })
      } catch (error) {
        throw fileFailure(error, `list ${prefix || 'everything'}`, given)
      }
    },
    async delete(keys) {
      const targets = keys.map(paths.pathOf)
      await told('delete', async () => {
        const emptied = new Set<string>()
        for (const path of targets) {
          await paths.checkFolder(path)
          if (await remove(path)) emptied.add(dirname(path))
        }
        for (const folder of emptied) await folders.sync(await folders.prune(folder))
      })
    },
    localFile: async key => found(key, 'read', async path => ({ path, [Symbol.dispose]: () => {} })),
    async [Symbol.asyncDispose]() {},
  }
}

/** The real path of the folder, made durable if it is new. */
const createRoot = async (directory: string, calls: FileCalls): Promise<string> => {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first !== undefined) {
    for (let path = directory; path.length >= first.length; path = dirname(path))
      await calls.syncFolder(dirname(path))
  }
  const root = await realpath(directory)
  if ((await stat(root)).isDirectory()) return root
  throw Object.assign(new Error('it is no folder'), { code: 'ENOTDIR' })
}

/** A folder of that name is no object, but leaves no room for one. */
const isTaken = async (path: string): Promise<boolean> => {
  const there = await lstat(path).catch(() => null)
  if (there?.isDirectory()) throw Object.assign(new Error('a folder has that name'), { code: 'EISDIR' })
  return there !== null
}

/** Some file systems have no hard links; without them nobody can create a file whole and only if it is absent. */
const checkLinks = (error: unknown, directory: string): void => {
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) return
  throw new PortError(
    'ENGINE_UNSUPPORTED',
    `The file system of ${directory} has no hard links, wanted one that has (ext4, XFS, APFS, NTFS, NFS): choose another folder.`,
    { cause: error, details: { directory } },
  )
}

/** On network file systems an answer may be lost, and the repeated call finds what the first one did. */
const isSameFile = async (a: string, b: string): Promise<boolean> => {
  const [one, other] = await Promise.all([lstat(a), lstat(b).catch(() => null)])
  if (other?.isDirectory()) throw Object.assign(new Error('a folder has that name'), { code: 'EISDIR' })
  return one.ino === other?.ino && one.dev === other.dev
}

const readBytes = async (handle: FileHandle, { start, end }: ByteRange): Promise<Uint8Array> => {
  const { size } = await handle.stat()
  const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start))
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled)
}

/** Whether there was a file. */
const remove = async (path: string): Promise<boolean> => {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    // Systems differ in what they say of a folder, which is no object.
    if ((await lstat(path).catch(() => null))?.isDirectory()) return false
    throw error
  }
}

const absent = (key: string, directory: string, cause?: unknown): PortError =>
  new PortError('NOT_FOUND', `There is no object ${key} in ${directory}.`, { cause, details: { key } })
