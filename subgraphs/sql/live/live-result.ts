import type { Row, RowChange } from './live-update.ts'

/** A result that is kept up to date, and what it tells those who saw an earlier state of it. */
export interface LiveResult {
  /** Whether new rows can be merged; if not, `replace` alone is of use. */
  readonly incremental: boolean
  /** Puts the rows of an execution over all rows in the place of what was; false if nothing is different. */
  replace(rows: readonly Row[], truncated: boolean): boolean
  /** Merges rows of an execution over new rows alone; false if nothing is different. */
  merge(rows: readonly Row[]): boolean
  /** The state as it is now, for `since`. */
  mark(): unknown
  /** What changed after a mark; null: everything. Undefined where that is not known any more: a new result has to be made. */
  since(mark: unknown): RowChange | undefined
  readonly rowCount: number
  readonly truncated: boolean
  /** Whether it has become too large to be kept. */
  readonly overflown?: boolean
}
