import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PortError } from '#ports/port-error.ts'

export interface DataDirectoryLock {
  /** Publishes where the holder can be reached, for whoever finds the lock taken. */
  setUrl(url: string | null): Promise<void>
  release(): Promise<void>
}

interface Holder {
  pid: number
  url: string | null
}

/** A process that is just starting or ending may hold the lock without a word about itself for this long. */
const ATTEMPTS = 20
const RETRY_MS = 25

/**
 * Takes the exclusive lock of a directory. The operating system's file lock decides, held through an open SQLite
 * transaction since Node has no other way to one: so it ends with its process however that ends, whatever became of the
 * process id since, and of two processes that start at once only one gets it. `lock.json` only tells who holds it.
 * Throws `DATA_DIRECTORY_LOCKED`.
 */
export const lockDataDirectory = async (
  directory: string,
  url: string | null,
): Promise<DataDirectoryLock> => {
  // Nothing else may open this file: closing any other descriptor of it would drop a POSIX lock.
  const path = join(directory, 'lock')
  const holderPath = join(directory, 'lock.json')
  let holder: Holder | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(RETRY_MS)
    const database = tryLock(path)
    if (database) return createLock(database, holderPath, url)
    holder = await readHolder(holderPath)
    if (holder && isRunning(holder.pid)) break
  }
  const who = holder ? `process ${holder.pid}` : 'another process'
  const where = holder?.url ? ` at ${holder.url}` : ''
  throw new PortError(
    'DATA_DIRECTORY_LOCKED',
    `Data directory ${directory} is in use by ${who}${where}; stop that or choose another directory.`,
    { details: { directory, pid: holder?.pid ?? null, url: holder?.url ?? null } },
  )
}

const SQLITE_BUSY = 5
/** A database that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<DatabaseSync>()

/** Null if somebody else holds the lock. */
const tryLock = (path: string): DatabaseSync | null => {
  const database = new DatabaseSync(path)
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null
    throw error
  }
}

const createLock = async (
  database: DatabaseSync,
  holderPath: string,
  url: string | null,
): Promise<DataDirectoryLock> => {
  const setUrl = async (url: string | null) => {
    const holder: Holder = { pid: process.pid, url }
    const temporary = `${holderPath}.tmp`
    await writeFile(temporary, JSON.stringify(holder))
    await rename(temporary, holderPath)
  }
  try {
    await setUrl(url)
  } catch (error) {
    database.close()
    throw error
  }
  held.add(database)
  return {
    setUrl,
    async release() {
      await rm(holderPath, { force: true })
      held.delete(database)
      database.close()
    },
  }
}

const readHolder = async (path: string): Promise<Holder | null> => {
  try {
    const { pid, url } = JSON.parse(await readFile(path, 'utf8'))
    return Number.isInteger(pid) ? { pid, url: typeof url === 'string' ? url : null } : null
  } catch {
    // It is only a hint: missing while its owner starts or stops.
    return null
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
