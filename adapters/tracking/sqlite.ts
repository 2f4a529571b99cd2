import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PortError } from '#ports/port-error.ts'
import type { Tracking } from '#ports/tracking.ts'
import { createArtifactFiles, sweepUnfinished } from './sqlite/artifact-files.ts'
import { createExperiments } from './sqlite/experiments.ts'
import { createMetricHistory } from './sqlite/metric-history.ts'
import { createModels } from './sqlite/models.ts'
import { openDatabase } from './sqlite/open-database.ts'
import { placeArtifacts } from './sqlite/place-artifacts.ts'
import { createRuns } from './sqlite/runs.ts'
import { createRunSearch } from './sqlite/search-runs.ts'

export interface SqliteTrackingOptions {
  /** The database file; made, with its folder, if there is none. */
  database: string
  /** Artifacts go to `<artifactsDir>/<experiment>/<run>/artifacts/`. */
  artifactsDir: string
  /** How long a write waits for another process that writes; default 10 s. */
  busyTimeoutMs?: number
}

/**
 * Tracking in a SQLite file with MLflow's own tables, which `mlflow ui --backend-store-uri sqlite:///<database>` and MLflow's
 * clients open from anywhere, even while it is written.
 *
 * Throws `ENGINE_UNSUPPORTED` for another schema revision or file format, `DATA_DIRECTORY_LOCKED` when another process keeps
 * writing, `DATA_DIRECTORY_UNUSABLE` when the file cannot be made or written.
 */
export const openSqliteTracking = async ({
  database: file,
  artifactsDir,
  busyTimeoutMs = 10_000,
}: SqliteTrackingOptions): Promise<Tracking> => {
  const root = pathToFileURL(resolve(artifactsDir)).href
  const database = await openDatabase({ file, busyTimeoutMs })
  try {
    await makeFolder(artifactsDir)
    await sweepUnfinished(artifactsDir)
    await placeArtifacts(database, root)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    ...createExperiments(database, root),
    ...createRuns(database),
    ...createRunSearch(database),
    ...createMetricHistory(database),
    artifacts: createArtifactFiles(database, artifactsDir),
    models: createModels(database),
    [Symbol.asyncDispose]: async () => database.close(),
  }
}

const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new PortError('DATA_DIRECTORY_UNUSABLE', `The artifact folder ${folder} cannot be made.`, {
      cause: error,
      details: { file: folder },
    })
  }
}
