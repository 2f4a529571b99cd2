import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { isAbsent } from './file-failure.ts'

/** In the store's folder, since only within one file system files get their names in one step. */
export const TEMPORARY_FOLDER = '.temporary'

/** What nobody can ask after, since it belongs to another machine or container, is garbage after a day. */
const STALE_MS = 24 * 3_600_000
/** Clocks of file systems lag behind, and process starts are rounded. */
const CLOCK_SLACK_MS = 5000

export interface TemporaryFiles {
  /** A path that nobody uses, in a folder that exists. */
  next(): Promise<string>
  /** Removes what processes that are gone have left; says how many. */
  sweep(): Promise<number>
}

/** Names of temporary files tell whose they are: `host.pid.random`. */
export const createTemporaryFiles = (directory: string): TemporaryFiles => {
  const folder = join(directory, TEMPORARY_FOLDER)
  const host = hostname().replaceAll(/[^\w-]/g, '_') || 'host'

  return {
    async next() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // A link in its place would move what is written out of the store.
      if ((await lstat(folder)).isSymbolicLink())
        throw new PortError(
          'ENGINE_ACCESS_DENIED',
          `${folder} is a symbolic link, wanted a folder of its own: remove it.`,
          { details: { directory } },
        )
      return join(folder, `${host}.${process.pid}.${randomBytes(9).toString('hex')}`)
    },
    async sweep() {
      let removed = 0
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name)
        try {
          const { mtimeMs } = await lstat(path)
          if (!isLeft(name, host, mtimeMs)) continue
          await rm(path, { force: true })
          removed += 1
        } catch (error) {
          // Somebody else was faster, or may do it and we may not: it only costs room.
          if (!isAbsent(error)) continue
        }
      }
      return removed
    },
  }
}

const isLeft = (name: string, host: string, modifiedAt: number): boolean => {
  if (Date.now() - modifiedAt > STALE_MS) return true
  const [owner, pid] = name.split('.')
  if (owner !== host || !pid || !/^\d+$/.test(pid)) return false
  // Containers start their processes with the same number each time.
  if (Number(pid) === process.pid) return modifiedAt < Date.now() - process.uptime() * 1000 - CLOCK_SLACK_MS
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
