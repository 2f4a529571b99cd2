import type { Column } from '#ports/lake.ts'
import { encodeStats, statsOfJson } from './file-stats.ts'

/**
 * `add.stats` out of `add.stats_parsed`, which some writers put into checkpoints in its place. Parquet has its instants in UTC.
 * Undefined without a count of rows.
 */
export const jsonOfParsedStats = (parsed: object, columns: readonly Column[]): string | undefined => {
  const stats = statsOfJson(parsed, columns, 'utc')
  return stats === null ? undefined : encodeStats(stats, columns)
}
