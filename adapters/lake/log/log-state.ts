import type { Column } from '#ports/lake.ts'
import type { AddFile, MetaData, Protocol, RemoveFile, Transaction } from './actions.ts'
import type { SharedMap } from './shared-map.ts'

/** A version of a table, never changed; neighbouring versions share memory. */
export interface LogState {
  readonly version: number
  /** Unix milliseconds; greater than that of the version before. */
  readonly timestamp: number
  readonly protocol: Protocol
  readonly metadata: TableMetadata
  /** Live files by their name relative to the table, decoded (as in `DataFile.path` and in keys of `Objects`). */
  readonly files: SharedMap<AddFile>
  /** Files removed lately, by name: vacuum waits until their retention is over, then forgets them. */
  readonly tombstones: SharedMap<RemoveFile>
  /** By app id. */
  readonly transactions: SharedMap<Transaction>
  /** Bytes of the live files. */
  readonly sizeBytes: number
}

export interface TableMetadata {
  readonly id: string
  readonly columns: readonly Column[]
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  /** As the log has it, with what `columns` leaves out. */
  readonly raw: MetaData
}
