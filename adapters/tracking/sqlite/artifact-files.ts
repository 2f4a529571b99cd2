import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PortError } from '#ports/port-error.ts'
import type { Artifact, ArtifactStore } from '#ports/tracking.ts'
import { checkArtifactPath } from '../core/check-artifact-path.ts'
import type { Database } from './database.ts'
import { requireRun } from './runs.ts'

/** Unfinished files, outside every run, so that no list ever shows one. */
const UNFINISHED = '.unfinished'
const ABANDONED_MS = 3_600_000

/** Removes what writers that were killed have left behind; younger files may be another process's work. */
export const sweepUnfinished = async (directory: string): Promise<void> => {
  const folder = join(directory, UNFINISHED)
  for (const name of (await readdir(folder).catch(ignoreMissing)) ?? []) {
    const file = join(folder, name)
    const age = Date.now() - ((await stat(file).catch(ignoreMissing))?.mtimeMs ?? Date.now())
    if (age > ABANDONED_MS) await rm(file, { force: true })
  }
}

/** Artifacts as files below `directory`, where the runs' own addresses say. */
export const createArtifactFiles = (database: Database, directory: string): ArtifactStore => {
  const root = resolve(directory)
  const locate = async (runId: string, path: string): Promise<{ folder: string; file: string }> => {
    if (path !== '') checkArtifactPath(path)
    const uri = await database.read(() => requireRun(database, runId))
    const folder = folderOf(uri, root)
    if (folder === null) throw outside(runId, uri, root)
    const file = join(folder, path)
    // A link inside the artifacts must not lead out of them.
    const real = await realOfExisting(file)
    const realRoot = await realpath(root)
    if (real !== realRoot && !isWithin(real, realRoot)) throw outside(runId, `${uri}/${path}`, root)
    return { folder, file }
  }
  return {
    async list(runId, path = '') {
      const { folder, file } = await locate(runId, path)
      const entries = await readdir(file, { withFileTypes: true }).catch(ignoreMissing)
      const artifacts = (entries ?? []).map(async (entry): Promise<Artifact> => {
        const full = join(file, entry.name)
        const isDirectory = entry.isDirectory()
        const sizeBytes = isDirectory ? null : ((await stat(full).catch(ignoreMissing))?.size ?? null)
        return { path: relative(folder, full).split(sep).join('/'), isDirectory, sizeBytes }
      })
      return (await Promise.all(artifacts)).sort((a, b) => (a.path < b.path ? -1 : 1))
    },

    async read(runId, path) {
      const { file } = await locate(runId, required(path))
      const content = await readFile(file).catch(ignoreMissing)
      if (content) return content
      throw new PortError('NOT_FOUND', `The run ${runId} has no artifact ${path}.`)
    },

    async write(runId, path, content) {
      const { file } = await locate(runId, required(path))
      const unfinished = join(root, UNFINISHED, randomUUID())
      try {
        await mkdir(join(root, UNFINISHED), { recursive: true })
        await writeDurably(unfinished, content)
        await mkdir(dirname(file), { recursive: true })
        await rename(unfinished, file)
        await syncFolder(dirname(file))
      } catch (error) {
        await rm(unfinished, { force: true })
        throw new PortError('DATA_DIRECTORY_UNUSABLE', `The artifact ${file} could not be written.`, {
          cause: error,
          details: { file },
        })
      }
    },

    async delete(runId, path) {
      const { file } = await locate(runId, required(path))
      const found = await stat(file).catch(ignoreMissing)
      if (!found) return false
      await rm(file, { recursive: true, force: true })
      return true
    },
  }
}

const required = (path: string): string => {
  checkArtifactPath(path)
  return path
}

/**
 * The folder of a run's artifacts; null if it is not below `root`. MLflow's server records `mlflow-artifacts:/…`, relative to its
 * `--artifacts-destination`, which has to be `root` for a server beside this store.
 */
const folderOf = (uri: string, root: string): string | null => {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(uri)?.[1]
  const folder = proxied === undefined ? localPath(uri) : join(root, decodeURIComponent(proxied))
  return folder !== null && isWithin(folder, root) ? folder : null
}

const localPath = (uri: string): string | null => {
  try {
    if (uri.startsWith('file:')) return fileURLToPath(uri)
  } catch {
    return null
  }
  return uri.startsWith('/') ? resolve(uri) : null
}

/** Where `path`, or the nearest folder above it that exists, really is. */
const realOfExisting = async (path: string): Promise<string> =>
  (await realpath(path).catch(ignoreMissing)) ?? realOfExisting(dirname(path))

const isWithin = (path: string, root: string): boolean => resolve(path).startsWith(root + sep)

const outside = (runId: string, uri: string, root: string): PortError =>
  new PortError(
    'TRACKING_REFUSED',
    `The artifacts of the run ${runId} are at ${uri}; this store opens only what is below ${root}.`,
  )

const writeDurably = async (path: string, content: Uint8Array): Promise<void> => {
  await using file = await open(path, 'wx')
  await file.writeFile(content)
  await file.sync()
}

/** Makes a rename durable, where the platform can sync a folder. */
const syncFolder = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  // A folder read as a file, or a file taken for a folder, is no such artifact either.
  if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code ?? '')) return
  throw error
}
