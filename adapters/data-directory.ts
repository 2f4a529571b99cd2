import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { type DataDirectoryLock, lockDataDirectory } from './data-directory-lock.ts'

/** `cache` holds copies that can be fetched again, `tmp` what nothing needs after a restart. */
export type DataFolder = 'log' | 'lake' | 'tracking' | 'artifacts' | 'checkpoints' | 'cache' | 'tmp'

/** Where the platform keeps everything that outlives a process. */
export interface DataDirectory extends AsyncDisposable {
  /** Absolute. */
  readonly path: string
  /** The path of a folder, created when it is first asked for. */
  folder(name: DataFolder): Promise<string>
  /** Tells a second start where the first one can be reached. */
  setUrl(url: string | null): Promise<void>
}

/**
 * Creates the directory if need be and locks it for this process.
 * Throws `DATA_DIRECTORY_LOCKED`, naming the holder's process id and URL, or `DATA_DIRECTORY_UNUSABLE`.
 */
export const openDataDirectory = async (
  path: string,
  { url = null }: { url?: string | null } = {},
): Promise<DataDirectory> => {
  const directory = resolve(path)
  let lock: DataDirectoryLock
  try {
    await mkdir(directory, { recursive: true })
    lock = await lockDataDirectory(directory, url)
  } catch (error) {
    throw error instanceof PortError ? error : unusable(directory, error)
  }
  try {
    // Work of a process that was killed; the lock proves that nobody needs it any more.
    await rm(join(directory, 'tmp'), { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    await lock.release()
    throw unusable(directory, error)
  }
  let released: Promise<void> | null = null
  return {
    path: directory,
    folder: name => createFolder(directory, name),
    setUrl: lock.setUrl,
    async [Symbol.asyncDispose]() {
      released ??= lock.release()
      await released
    },
  }
}

/** A directory of this process alone that is removed with all its content on disposal. */
export const openEphemeralDirectory = async (): Promise<DataDirectory> => {
  const parent = tmpdir()
  const directory = await mkdtemp(join(parent, 'coelho-')).catch(error => {
    throw unusable(parent, error)
  })
  return {
    path: directory,
    folder: name => createFolder(directory, name),
    async setUrl() {},
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  }
}

const createFolder = async (directory: string, name: DataFolder): Promise<string> => {
  const folder = join(directory, name)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw unusable(folder, error)
  }
  return folder
}

const unusable = (directory: string, cause: unknown): PortError => {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  return new PortError(
    'DATA_DIRECTORY_UNUSABLE',
    `Data directory ${directory} can't be used, wanted one to create and write files in: ${reason}.`,
    { cause, details: { directory } },
  )
}
