import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MetricSeries } from '#ports/tracking.ts'
import { createDownsampler } from '../core/downsampler.ts'
import { fromStored } from '../core/metric-number.ts'
import type { Database } from './database.ts'
import { requireRun } from './runs.ts'

interface Row {
  step: number
  at: number
  value: number
  isNaN: number
}

/** About 2 ms of reading: what the process may be kept from other work. */
const ROWS = 2000
const COUNT = 'SELECT count(*) AS count FROM metrics WHERE run_uuid = ? AND "key" = ?'
const PAGE = `SELECT CAST(step AS REAL) AS step, CAST(timestamp AS REAL) AS at, value, is_nan AS isNaN FROM metrics
  WHERE run_uuid = ? AND "key" = ? AND (metrics.step, timestamp, metrics.value, is_nan) > (?, ?, ?, ?)
  ORDER BY metrics.step, timestamp, metrics.value, is_nan LIMIT ${ROWS}`
const BEFORE_ALL: Row = { step: Number.NEGATIVE_INFINITY, at: 0, value: 0, isNaN: 0 }

export const createMetricHistory = (database: Database) => ({
  async metricHistory(
    id: string,
    metric: string,
    { maxPoints }: { maxPoints?: number } = {},
  ): Promise<MetricSeries> {
    const expected = await database.read(() => {
      requireRun(database, id)
      return database.get<{ count: number }>(COUNT, id, metric)?.count ?? 0
    })
    const downsampler = createDownsampler(expected, maxPoints)
    let last = BEFORE_ALL
    for (;;) {
      const { step, at, value, isNaN } = last
      const rows = await database.read(() => database.all<Row>(PAGE, id, metric, step, at, value, isNaN))
      for (const row of rows) {
        downsampler.add({
          name: metric,
          value: fromStored(row.value, row.isNaN === 1),
          step: row.step,
          at: row.at,
        })
      }
      last = rows.at(-1) ?? last
      if (rows.length < ROWS) break
      await nextTurn()
    }
    return { name: metric, points: downsampler.points(), total: downsampler.total }
  },
})
