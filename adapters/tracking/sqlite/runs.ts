import { randomUUID } from 'node:crypto'
import { PortError } from '#ports/port-error.ts'
import type { NewRun, Run, RunChange, RunEntries } from '#ports/tracking.ts'
import { checkEntries } from '../core/check-entries.ts'
import { checkRun } from '../core/check-run.ts'
import { checkText } from '../core/check-text.ts'
import { endOf } from '../core/run-end.ts'
import { RUN_NAME_TAG, runTags } from '../core/run-tags.ts'
import type { Database } from './database.ts'
import { loadRuns } from './load-runs.ts'
import { logEntries } from './log-entries.ts'

const INSERT = `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,
  source_version, lifecycle_stage, artifact_uri, experiment_id)
  VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, '', 'active', ?, ?)`
const UPDATE = `UPDATE runs SET status = coalesce(?, status), end_time = coalesce(?, end_time), name = coalesce(?, name)
  WHERE run_uuid = ?`

export const createRuns = (database: Database) => ({
  async createRun(run: NewRun): Promise<Run> {
    checkRun(run)
    const tags = runTags(run)
    const { experimentId, name, startedAt = Date.now(), params = {} } = run
    return database.write(() => {
      const location = artifactLocation(database, experimentId)
      const id = randomUUID().replaceAll('-', '')
      const user = tags['mlflow.user'] ?? ''
      database.run(INSERT, id, name, user, startedAt, `${location}/${id}/artifacts`, experimentId)
      logEntries(database, id, { params, tags })
      return existingRun(database, id)
    })
  },

  async updateRun(id: string, change: RunChange): Promise<Run> {
    const { status, name } = change
    if (name !== undefined) checkText('run name', name, 250)
    return database.write(() => {
      existingRun(database, id)
      database.run(UPDATE, status ?? null, endOf(change, Date.now()), name ?? null, id)
      if (name !== undefined) logEntries(database, id, { tags: { [RUN_NAME_TAG]: name } })
      return existingRun(database, id)
    })
  },

  async log(id: string, entries: RunEntries): Promise<void> {
    checkEntries(entries)
    return database.write(() => {
      requireRun(database, id)
      logEntries(database, id, entries)
    })
  },

  run: (id: string): Promise<Run | null> => database.read(() => loadRuns(database, [id])[0] ?? null),
})

/** Throws `NOT_FOUND` unless there is an active run of that id; gives its artifact location. Within a transaction. */
export const requireRun = (database: Database, id: string): string => {
  const found = database.get<{ uri: string | null }>(
    "SELECT artifact_uri AS uri FROM runs WHERE run_uuid = ? AND lifecycle_stage = 'active'",
    id,
  )
  if (found) return found.uri ?? ''
  throw new PortError('NOT_FOUND', `There is no run ${id}.`)
}

const existingRun = (database: Database, id: string): Run => {
  requireRun(database, id)
  return loadRuns(database, [id])[0] as Run
}

const artifactLocation = (database: Database, experimentId: string): string => {
  const found = database.get<{ location: string; stage: string }>(
    `SELECT artifact_location AS location, lifecycle_stage AS stage FROM experiments
    WHERE CAST(experiment_id AS TEXT) = ? AND workspace = 'default'`,
    experimentId,
  )
  if (!found) throw new PortError('NOT_FOUND', `There is no experiment ${experimentId}.`)
  if (found.stage === 'active') return found.location
  throw new PortError(
    'TRACKING_REFUSED',
    `The experiment ${experimentId} was deleted; it takes no more runs.`,
  )
}
