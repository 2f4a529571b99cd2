import { realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { PortError } from '#ports/port-error.ts'
import { checkKey } from '../core/check-key.ts'
import { errnoOf } from './file-failure.ts'
import { TEMPORARY_FOLDER } from './temporary-files.ts'

export interface ConfinedPaths {
  /** The path of a key, which need not exist. Throws `INVALID_ARGUMENT` for what is no key. */
  pathOf(key: string): string
  /** The same without links; rejects with `ENOENT` if nothing is there, and `ENGINE_ACCESS_DENIED` if it leads out. */
  real(path: string): Promise<string>
  /** Rejects with `ENGINE_ACCESS_DENIED` if the folder that a path is in, or would be created in, lies outside. */
  checkFolder(path: string): Promise<void>
}

/** Paths below a folder, which symbolic links must not leave. `root` is a real path itself. */
export const createConfinedPaths = (root: string): ConfinedPaths => {
  const inside = root.endsWith(sep) ? root : root + sep
  const real = async (path: string): Promise<string> => {
    const found = await realpath(path).catch((error: unknown) => {
      throw errnoOf(error) === 'ELOOP' ? leadsOut(path, 'itself') : error
    })
    if (found !== root && !found.startsWith(inside)) throw leadsOut(path, found)
    return found
  }
  const leadsOut = (path: string, target: string) =>
    new PortError(
      'ENGINE_ACCESS_DENIED',
      `${path} leads to ${target} by a symbolic link, wanted a path that stays in ${root}: move what it leads to there.`,
      { details: { directory: root, path } },
    )

  return {
    pathOf(key) {
      checkKey(key)
      if (key.split('/')[0] === TEMPORARY_FOLDER)
        throw new PortError(
          'INVALID_ARGUMENT',
          `The key ${JSON.stringify(key)} begins with ${TEMPORARY_FOLDER}, which is the store's own: choose another.`,
        )
      return join(root, key)
    },
    real,
    async checkFolder(path) {
      for (let folder = dirname(path); folder.startsWith(inside); folder = dirname(folder)) {
        try {
          await real(folder)
          return
        } catch (error) {
          if (errnoOf(error) !== 'ENOENT') throw error
        }
      }
    },
  }
}
