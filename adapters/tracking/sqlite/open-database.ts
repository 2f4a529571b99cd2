import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PortError } from '#ports/port-error.ts'
import { createDatabase, type Database } from './database.ts'
import { isBusy, sqliteFailure } from './sqlite-failure.ts'

export interface OpenDatabaseOptions {
  file: string
  busyTimeoutMs: number
}

/** The alembic revision of MLflow 3.17.0, whose tables these are. */
const REVISION = 'dc11669786a5'
const MLFLOW = '3.17.0'
const SCHEMA = new URL(`./schema-${REVISION}.sql`, import.meta.url)
/**
 * Ours alone: MLflow finds the history of one metric by reading all metrics of its run. Holding every column, it also lets
 * histories be paged through in the order of steps without sorting.
 */
const HISTORY_INDEX = `CREATE INDEX IF NOT EXISTS coelho_metric_history
  ON metrics (run_uuid, "key", step, timestamp, value, is_nan)`

/**
 * Opens a database of MLflow's, creating it whole if there is none. One of another revision, or of something else, is left as
 * it is and refused with `ENGINE_UNSUPPORTED`.
 */
export const openDatabase = async ({ file, busyTimeoutMs }: OpenDatabaseOptions): Promise<Database> => {
  await makeFolder(file)
  // Loaded here: a platform that tracks on a server has no use for it.
  const { DatabaseSync } = await import('node:sqlite')
  const database = await patiently(file, busyTimeoutMs, () => {
    const connection = new DatabaseSync(file, { timeout: 0 })
    return createDatabase({ connection, file, busyTimeoutMs })
  })
  try {
    const isNew = await database.read(() => check(database, file))
    await patiently(file, busyTimeoutMs, () => database.exec('PRAGMA journal_mode = WAL'))
    // A crash of the machine may take the last commits, never the file; the log and its checkpoints are what is durable.
    database.exec('PRAGMA synchronous = NORMAL')
    const schema = isNew ? await readFile(SCHEMA, 'utf8') : ''
    await database.write(() => {
      // Another process may have created it since.
      if (isNew && check(database, file)) database.exec(schema)
      database.exec(HISTORY_INDEX)
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** True if the database is empty; throws if it is not one of ours. */
const check = (database: Database, file: string): boolean => {
  const tables = database.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
  if (tables.length === 0) return true
  const found = tables.some(({ name }) => name === 'alembic_version')
    ? database.get<{ version: string }>('SELECT version_num AS version FROM alembic_version')?.version
    : undefined
  if (found === REVISION) return false
  throw new PortError(
    'ENGINE_UNSUPPORTED',
    `The tracking database ${file} has ${found ? `the schema revision ${found}` : 'tables but no schema revision of MLflow'}; wanted is ` +
      `${REVISION}, that of MLflow ${MLFLOW}. ` +
      (found
        ? `Back it up and run \`mlflow db upgrade\` of that version on it, or move it away.`
        : 'Move it away.'),
    { details: { file, found: found ?? null, wanted: REVISION } },
  )
}

const patiently = async <T>(file: string, timeoutMs: number, work: () => T): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw sqliteFailure(error, file)
    }
    await sleep(10)
  }
}

const makeFolder = async (file: string): Promise<void> => {
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw new PortError(
      'DATA_DIRECTORY_UNUSABLE',
      `The folder of the tracking database ${file} cannot be made.`,
      {
        cause: error,
        details: { file },
      },
    )
  }
}
