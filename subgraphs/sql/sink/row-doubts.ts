import type { Refusal } from '../tables/row-reading.ts'
import type { RowBatch } from './row-batch.ts'

/**
 * Finds the rows that pass our checks and not those of the lake, so that one of them costs a few attempts, goes to quarantine,
 * and keeps nobody else from being written.
 */
export interface RowDoubts {
  /** Most records in a batch while a bad row is looked for. */
  readonly mostRecords: number
  refusalOf(partition: number, offset: number): Refusal | null
  /** The lake refused the rows of a batch; `row` counts from 1, null if it cannot tell. */
  refused(batch: RowBatch, error: Error, row: number | null): void
  /** A batch was written. */
  written(): void
}

const NARROWING = 8

export function createRowDoubts(): RowDoubts {
  const refusals = new Map<string, Refusal>()
  let mostRecords = Number.POSITIVE_INFINITY
  return {
    get mostRecords() {
      return mostRecords
    },
    refusalOf: (partition, offset) =>
      refusals.size === 0 ? null : (refusals.get(`${partition}/${offset}`) ?? null),
    refused(batch, { message }, row) {
      const place = row === null && batch.recordCount > 1 ? null : batch.placeOf(row ?? 1)
      if (place === null) {
        mostRecords = Math.max(1, Math.floor(batch.recordCount / NARROWING))
        return
      }
      refusals.set(`${place.partition}/${place.offset}`, { ok: false, code: 'LAKE_SCHEMA_MISMATCH', message })
    },
    written() {
      // Slowly: where there was one there are often more.
      mostRecords = mostRecords > 1e6 ? Number.POSITIVE_INFINITY : mostRecords * NARROWING
    },
  }
}
