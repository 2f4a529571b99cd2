import type { ResultColumn } from '#ports/sql-engine.ts'

/** Values of a row in the order of the columns, as `SqlRun.rows` gives them. */
export type Row = readonly unknown[]

export interface PlacedRow {
  at: number
  values: Row
}

/** What changed in a list of rows: `removed` by places before, `added` by places after, both ascending. */
export interface RowChange {
  /** Nothing of what was before is left: `added` is everything. */
  reset: boolean
  removed: readonly PlacedRow[]
  added: readonly PlacedRow[]
}

/** A message of `Subscription.sqlLive`. */
export interface LiveUpdate extends RowChange {
  id: string
  columns: readonly ResultColumn[]
  mode: 'INCREMENTAL' | 'RECOMPUTED'
  reason: string | null
  tick: number
  /** Unix milliseconds. */
  at: number
  rowCount: number
  truncated: boolean
  elapsedMs: number
  lagMs: number | null
}
