import type { MetricPoint, Run } from '#ports/tracking.ts'
import { withoutRequestTag } from '../core/request-tag.ts'
import { fromStored } from '../core/metric-number.ts'
import { endShown } from '../core/run-end.ts'
import type { Database } from './database.ts'

interface Entry {
  runId: string
  key: string
  value: string | null
}

interface Point {
  runId: string
  key: string
  value: number
  isNaN: number
  step: number
  at: number
}

const AMONG = 'run_uuid IN (SELECT value FROM json_each(?))'
const RUNS = `SELECT run_uuid AS id, CAST(experiment_id AS TEXT) AS experimentId, name, status, start_time AS startedAt,
  end_time AS endedAt FROM runs WHERE lifecycle_stage = 'active' AND ${AMONG}`
const PARAMS = `SELECT run_uuid AS runId, "key", value FROM params WHERE ${AMONG} ORDER BY "key"`
const TAGS = `SELECT run_uuid AS runId, "key", value FROM tags WHERE ${AMONG} ORDER BY "key"`
// Foreign clients may log steps beyond what a number holds exactly; a REAL is read without complaint.
const METRICS = `SELECT run_uuid AS runId, "key", value, is_nan AS isNaN, CAST(step AS REAL) AS step,
  CAST(timestamp AS REAL) AS at FROM latest_metrics WHERE ${AMONG} ORDER BY "key"`

/** The active runs among `ids`, in their order. Within a transaction. */
export const loadRuns = (database: Database, ids: readonly string[]): Run[] => {
  if (ids.length === 0) return []
  const wanted = JSON.stringify(ids)
  const params = Map.groupBy(database.all<Entry>(PARAMS, wanted), ({ runId }) => runId)
  const tags = Map.groupBy(database.all<Entry>(TAGS, wanted), ({ runId }) => runId)
  const metrics = Map.groupBy(database.all<Point>(METRICS, wanted), ({ runId }) => runId)
  const runs = new Map(
    database.all<Omit<Run, 'params' | 'tags' | 'metrics'>>(RUNS, wanted).map(row => [
      row.id,
      {
        ...row,
        name: row.name ?? '',
        startedAt: row.startedAt ?? 0,
        endedAt: endShown(row),
        params: entriesOf(params.get(row.id)),
        tags: withoutRequestTag(entriesOf(tags.get(row.id))),
        metrics: (metrics.get(row.id) ?? []).map(pointOf),
      },
    ]),
  )
  return ids.map(id => runs.get(id)).filter(run => run !== undefined)
}

const entriesOf = (rows: readonly Entry[] = []): Record<string, string> =>
  Object.fromEntries(rows.map(({ key, value }) => [key, value ?? '']))

const pointOf = ({ key, value, isNaN, step, at }: Point): MetricPoint => ({
  name: key,
  value: fromStored(value, isNaN === 1),
  step,
  at,
})
