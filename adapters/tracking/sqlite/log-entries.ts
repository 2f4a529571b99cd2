import { PortError } from '#ports/port-error.ts'
import type { RunEntries } from '#ports/tracking.ts'
import { toStored } from '../core/metric-number.ts'
import { RUN_NAME_TAG } from '../core/run-tags.ts'
import type { Database } from './database.ts'

const PARAM = 'INSERT INTO params ("key", value, run_uuid) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
const TAG = `INSERT INTO tags ("key", value, run_uuid) VALUES (?, ?, ?)
  ON CONFLICT ("key", run_uuid) DO UPDATE SET value = excluded.value`
const METRIC = `INSERT INTO metrics ("key", value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`
/** The latest point is the greatest by step, time and value, NaN counting as 0: MLflow's order. */
const LATEST = `INSERT INTO latest_metrics ("key", value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT ("key", run_uuid) DO UPDATE
  SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
  WHERE (excluded.step, excluded.timestamp, excluded.value) >
    (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)`

/** Adds checked entries to a run that exists. Within a transaction. Throws `TRACKING_REFUSED` for another value of a param. */
export const logEntries = (
  database: Database,
  runId: string,
  { params = {}, metrics = [], tags = {} }: RunEntries,
): void => {
  for (const [key, value] of Object.entries(params)) {
    if (database.run(PARAM, key, value, runId) === 0) refuseChange(database, runId, key, value)
  }
  for (const [key, value] of Object.entries(tags)) {
    database.run(TAG, key, value, runId)
    if (key === RUN_NAME_TAG) database.run('UPDATE runs SET name = ? WHERE run_uuid = ?', value, runId)
  }
  for (const { name, value, step, at } of metrics) {
    const row = [name, toStored(value), at, runId, step, Number.isNaN(value) ? 1 : 0]
    if (database.run(METRIC, ...row) > 0) database.run(LATEST, ...row)
  }
}

const refuseChange = (database: Database, runId: string, key: string, value: string): void => {
  const kept = database.get<{ value: string }>(
    'SELECT value FROM params WHERE run_uuid = ? AND "key" = ?',
    runId,
    key,
  )?.value
  if (kept === value) return
  throw new PortError(
    'TRACKING_REFUSED',
    `The param ${key} of the run ${runId} is ${kept} and was to become ${value}; a param keeps its first value.`,
  )
}
