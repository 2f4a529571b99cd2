import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

export interface WorkFolder extends AsyncDisposable {
  readonly path: string
}

/** An empty folder for one piece of work, which goes with it. */
export const workFolder = (parent: string): Promise<WorkFolder> => makeFolder(join(parent, randomUUID()))

/** The folder of this process, beside those of others; what ended ones left on this machine is deleted. */
export const processFolder = async (parent: string): Promise<WorkFolder> => {
  await mkdir(parent, { recursive: true })
  const own = `lake-${hostname()}-`
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(own) ? Number.parseInt(name.slice(own.length), 10) : Number.NaN
    // In a container every process may have the number of the one before it.
    const isLeft = pid === process.pid ? !folders.has(join(parent, name)) : !isAlive(pid)
    if (!Number.isNaN(pid) && isLeft) await rm(join(parent, name), { recursive: true, force: true })
  }
  const path = join(parent, `${own}${process.pid}-${randomUUID()}`)
  folders.add(path)
  return makeFolder(path)
}

/** Of this process. */
const folders = new Set<string>()

const makeFolder = async (path: string): Promise<WorkFolder> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  // What was done in it is done, whether or not it can be removed; the next process does that.
  const remove = () => rm(path, { recursive: true, force: true }).catch(() => {})
  return { path, [Symbol.asyncDispose]: remove }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
