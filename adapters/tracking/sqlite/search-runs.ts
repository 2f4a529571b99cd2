import { PortError } from '#ports/port-error.ts'
import type { RunPage, RunSearch } from '#ports/tracking.ts'
import { pageSize } from '../core/page-size.ts'
import type { Database } from './database.ts'
import { loadRuns } from './load-runs.ts'

/** Where a run stands in the order of a search: rank, signed value, negative start, id. */
type Position = [rank: number, value: number, start: number, id: string]

interface Found {
  id: string
  place: number
  value: number
  start: number
}

/**
 * One column list for every order: runs that have the metric, those where it is NaN, those without; then by value, newest first. A
 * page starts after the position of the last run before it, so runs that begin meanwhile shift nothing.
 */
const SEARCH = `
  WITH found AS (
    SELECT runs.run_uuid AS id,
      CASE WHEN ?1 IS NULL THEN 0 WHEN latest.is_nan IS NULL THEN 2 ELSE latest.is_nan END AS place,
      CASE WHEN latest.is_nan = 0 THEN latest.value * ?2 ELSE 0.0 END AS value,
      -CAST(coalesce(runs.start_time, 0) AS REAL) AS start
    FROM runs LEFT JOIN latest_metrics latest ON latest.run_uuid = runs.run_uuid AND latest."key" = ?1
    WHERE runs.lifecycle_stage = 'active'
      AND runs.experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?3))
      AND (?4 IS NULL OR runs.status IN (SELECT value FROM json_each(?4)))
      AND (?5 IS NULL OR runs.name = ?5)
      AND NOT EXISTS (
        SELECT 1 FROM json_each(?6) AS wanted WHERE NOT EXISTS (
          SELECT 1 FROM tags WHERE tags."key" = wanted."key" AND tags.run_uuid = runs.run_uuid AND tags.value = wanted.value
        )
      )
  )
  SELECT * FROM found WHERE (place, value, start, id) > (?7, ?8, ?9, ?10) ORDER BY place, value, start, id LIMIT ?11`

const BEFORE_ALL: Position = [-1, 0, 0, '']

export const createRunSearch = (database: Database) => ({
  async searchRuns(search: RunSearch): Promise<RunPage> {
    const { experimentIds, status, name, tags = {}, orderBy, pageToken } = search
    const limit = pageSize(search)
    const after = pageToken === undefined ? BEFORE_ALL : positionOf(pageToken)
    return database.read(() => {
      const found = database.all<Found>(
        SEARCH,
        orderBy?.metric ?? null,
        orderBy?.direction === 'DESC' ? -1 : 1,
        JSON.stringify(experimentIds.filter(id => /^\d+$/.test(id))),
        status ? JSON.stringify(status) : null,
        name ?? null,
        JSON.stringify(tags),
        ...after,
        limit + 1,
      )
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        runs: loadRuns(
          database,
          page.map(({ id }) => id),
        ),
        nextPageToken: last && found.length > limit ? tokenOf(last) : null,
      }
    })
  },
})

const tokenOf = ({ place, value, start, id }: Found): string =>
  Buffer.from(JSON.stringify([place, value, start, id] satisfies Position)).toString('base64url')

const positionOf = (token: string): Position => {
  try {
    const [place, value, start, id] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    if ([place, value, start].every(Number.isFinite) && typeof id === 'string') {
      return [place, value, start, id] as Position
    }
  } catch {
    // Said below.
  }
  throw new PortError(
    'INVALID_ARGUMENT',
    `The page token ${token.slice(0, 100)} is none that this store has given.`,
  )
}
