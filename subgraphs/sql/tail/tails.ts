import type { LogRecord, Offsets } from '#ports/event-log.ts'
import type { Snapshot } from '#ports/lake.ts'

/** Rows that the log has and the lake does not have yet, or not at the version asked for. */
export interface Tails extends AsyncDisposable {
  /**
   * Rows behind a snapshot, by its transactions `sink:<topic>:<partition>`, up to the log's end at the call at least: what was
   * appended before is in it. Together with the snapshot no row is there twice and none is missing.
   * @throws CodedError `SQL_TAIL_TOO_LARGE`, `UNKNOWN_TABLE`
   */
  behind(
    snapshot: Pick<Snapshot, 'table' | 'version' | 'transactions'>,
    options?: TailOptions,
  ): Promise<TailRows>
  /** Rows of a table from these offsets on. Throws as `behind`. */
  since(table: string, from: Offsets, options?: TailOptions): Promise<TailRows>
  /** Calls back when new rows of the table have come; `since` gives them. */
  onRows(table: string, listener: () => void): Disposable
  /** There is a newer snapshot: rows that it and the one before it have are of no use any more. */
  noteSnapshot(snapshot: Pick<Snapshot, 'table' | 'version' | 'transactions'>): void
  /** For metrics. */
  status(): readonly TailStatus[]
}

export interface TailOptions {
  signal?: AbortSignal | undefined
}

export interface TailRows {
  /** Newline-delimited JSON in parts of whole lines, as `SqlRelation.tail`. */
  rows: readonly Uint8Array[]
  rowCount: number
  sizeBytes: number
  /** Next offset per partition: exactly the rows before it are there. */
  positions: Offsets
  /** Unix milliseconds of the oldest of these rows by the log's clock; null without rows. */
  oldestAt: number | null
}

export interface TailStatus {
  table: string
  /** Kept in memory. */
  sizeBytes: number
  /** Callers of `onRows`. */
  listeners: number
}

/** What of a table of the lake is to be known here. */
export interface TailTable {
  /** Its records. */
  topic: string
  spec: { name: string }
  /** One line of JSON with its newline; null if the record does not belong there. */
  rowOf(record: LogRecord): Uint8Array | null
}
