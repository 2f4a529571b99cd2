/** When rows that wait are written, whichever comes first. */
export interface SinkLimits {
  rows: number
  /** Of rows as JSON. */
  bytes: number
  seconds: number
}

/** Three seconds leave two for the commit, so that a row is seen within five. Six MiB are some 9000 transactions: twice as much
 * costs a tenth less time for each, and thirty MiB of memory. */
export const SINK_LIMITS: SinkLimits = { rows: 100_000, bytes: 6 * 1024 ** 2, seconds: 3 }

/** Bytes of rows, as JSON, that all tables together keep in memory; readers pause beyond. */
export const BUDGET_BYTES = 32 * 1024 ** 2
/** Commits at a time, over all tables: more would only wait for the one thread that writes Parquet. */
export const COMMITS_AT_ONCE = 2
