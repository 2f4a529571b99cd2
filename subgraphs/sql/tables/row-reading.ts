import type { LogRecord } from '#ports/event-log.ts'

/**
 * What a record of the log becomes in a table. `text` is newline-delimited JSON of `rows` whole lines. Null: the record is no row
 * of this table and is not missed there, such as a marker between predictions.
 */
export type RowReading = { ok: true; text: string; rows: number } | Refusal | null

/** Why no row can be made of a record. */
export interface Refusal {
  ok: false
  /** Such as `INVALID_EVENT`. */
  code: string
  message: string
}

/** Never throws. */
export type RowReader = (record: LogRecord) => RowReading
