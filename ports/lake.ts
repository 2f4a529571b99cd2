/**
 * Tables of immutable data files with versions: Delta Lake (protocol: reader 1, writer 2), so that Spark, delta-rs and DuckDB open
 * the same tables. Every adapter passes `ports/lake.contract.ts`.
 *
 * Errors, beside those of `ports/objects.ts`: `LAKE_TABLE_CORRUPT` (details: table, file, version), `LAKE_VERSION_UNKNOWN` (details:
 * earliest, latest), `LAKE_UNSUPPORTED` for a table that asks for features beyond the protocol above, `LAKE_SCHEMA_MISMATCH`,
 * `LAKE_TRANSACTION_CONFLICT`.
 */
export interface Lake extends AsyncDisposable {
  /** Where it is: `file:///…` or `s3://bucket/prefix`. */
  readonly uri: string
  /** Names of all tables, sorted. */
  tables(): Promise<readonly string[]>
  /** Null if there is none. */
  open(name: string): Promise<LakeTable | null>
  /** Creates the table if it is missing. One that exists gets the columns it lacks, as nullable ones; throws
   * `LAKE_SCHEMA_MISMATCH` if a column has another type or the partitioning differs. Columns that the spec lacks stay. */
  ensureTable(spec: TableSpec): Promise<LakeTable>
}

export interface LakeTable {
  readonly name: string
  readonly uri: string
  /** Adds rows as one new version, durable once resolved; conflicts with other writers are solved or told. */
  append(batch: LakeBatch): Promise<Commit>
  /** The newest version, or the one named: by number, or the newest at that instant (Unix milliseconds). A version is
   * unknown if it is yet to come or was cleaned away. A newest version that can't be read throws `LAKE_TABLE_CORRUPT` once and says which
   * version is the last good one; that one stays readable by number. */
  snapshot(at?: SnapshotAt): Promise<Snapshot>
  /** Versions, newest first. */
  history(options?: { limit?: number; before?: number }): Promise<readonly TableVersion[]>
  /** Merges small files, if there are enough of them to be worth it; null if not: call it until then. Rows and their values stay, no
   * data changes. */
  compact(options?: CompactOptions): Promise<Commit | null>
  /** Deletes data files that no version within the retention names (default: what the table says, a day for tables of ours), those
   * that a writer left which ended before its version, and old log entries behind a checkpoint. Without a retention it looks at most
   * once an hour, so it may be called after every append, as `compact` may. */
  vacuum(options?: { retentionMs?: number }): Promise<{ files: number; sizeBytes: number }>
  /** Writes the state of the newest version as a checkpoint. Appends do it by themselves every ten versions. */
  checkpoint(): Promise<void>
  /** Rows in batches. Files whose statistics exclude `where` are not opened. */
  scan(snapshot: Snapshot, options?: ScanOptions): AsyncIterable<RowBatch>
  /** Files of this machine for data files of a snapshot, in that order, until released. */
  localFiles(files: readonly DataFile[]): Promise<LocalFiles>
}

/** Names as Delta Lake writes them in a schema. */
export type PrimitiveType =
  | 'string'
  | 'byte'
  | 'short'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | `decimal(${number},${number})`

export type ColumnType =
  | PrimitiveType
  | { type: 'struct'; fields: readonly Column[] }
  | { type: 'array'; elementType: ColumnType; containsNull: boolean }
  | { type: 'map'; keyType: ColumnType; valueType: ColumnType; valueContainsNull: boolean }

export interface Column {
  name: string
  type: ColumnType
  nullable: boolean
  /** For people; kept in the schema. */
  comment?: string
}

export interface TableSpec {
  name: string
  columns: readonly Column[]
  /** Names among the columns, of primitive type. */
  partitionBy: readonly string[]
  description?: string
}

export interface LakeBatch {
  /** Rows as newline-delimited JSON, in parts that each hold whole lines and end with a newline. An object a line with the names of
   * columns; a column that is absent is null, and a name that is no column is left out. A `timestamp` is ISO 8601 text in UTC, a `date` is `YYYY-MM-DD`, a `long` may be text.
   * Rows that do not fit the schema throw `LAKE_SCHEMA_MISMATCH`, and nothing is written. */
  rows: readonly Uint8Array[]
  rowCount: number
  /** Positions of the source that these rows reach, stored in the same version. If the table does not stand at `expected` for one
   * of them, somebody else wrote: throws `LAKE_TRANSACTION_CONFLICT`, and nothing is added. */
  transactions?: readonly AppTransaction[]
}

export interface AppTransaction {
  /** Such as `sink:<topic>:<partition>`. */
  appId: string
  version: number
  /** What the table has now; null if it has none. */
  expected: number | null
}

export interface Commit {
  version: number
  /** Unix milliseconds. */
  timestamp: number
  rowCount: number
  files: number
  sizeBytes: number
}

export type SnapshotAt = { version: number } | { timestamp: number }

export interface Snapshot {
  readonly table: string
  readonly version: number
  /** Unix milliseconds at which the version was committed; never before that of an earlier version. */
  readonly timestamp: number
  readonly columns: readonly Column[]
  readonly partitionBy: readonly string[]
  readonly files: readonly DataFile[]
  readonly sizeBytes: number
  /** Null if some file has no statistics. */
  readonly rowCount: number | null
  /** Positions of sources by app id. */
  readonly transactions: ReadonlyMap<string, number>
}

export interface DataFile {
  /** Relative to the table. */
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedAt: number
  /** Text as the log has it, decoded; null is the null partition. */
  readonly partition: Readonly<Record<string, string | null>>
  readonly stats: FileStats | null
}

/** Bounds by column; members of structs under dotted names. A bound may be wider than the data, never narrower. */
export interface FileStats {
  readonly rowCount: number
  readonly min: Readonly<Record<string, string | number | boolean>>
  readonly max: Readonly<Record<string, string | number | boolean>>
  readonly nullCount: Readonly<Record<string, number>>
}

export interface TableVersion {
  version: number
  timestamp: number
  /** Such as `WRITE`, `OPTIMIZE`, `CREATE TABLE`. */
  operation: string
  /** Who wrote it, such as `coelho-realtime/0.3.0` or `Apache-Spark/4.0.1 …`. */
  engine: string | null
  addedFiles: number
  removedFiles: number
  addedRows: number | null
}

export interface CompactOptions {
  /** Files below it are candidates; default 64 MiB. */
  targetBytes?: number
  /** Fewest candidates in a partition that are worth it; default 8. */
  minFiles?: number
}

/** All conditions must hold. Values of timestamps are ISO 8601 text, of dates `YYYY-MM-DD`. */
export interface Condition {
  column: string
  op: '=' | '<' | '<=' | '>' | '>=' | 'in'
  value: string | number | boolean | readonly (string | number)[]
}

export interface ScanOptions {
  /** Names of columns, members of structs dotted; default all. */
  columns?: readonly string[]
  where?: readonly Condition[]
  /** A fraction (0, 1] of the rows, chosen by a hash of `by`'s values and the seed alone, so the same rows whatever the files. */
  sample?: { fraction: number; seed: number; by: readonly string[] }
  /** Ascending. Without it the order is that of files, which compaction changes. */
  orderBy?: readonly string[]
  limit?: number
  signal?: AbortSignal
}

/** Columns of equal length. Timestamps and dates are ISO text, longs numbers where exact and text otherwise. */
export interface RowBatch {
  readonly rowCount: number
  readonly columns: Readonly<Record<string, readonly unknown[]>>
}

export interface LocalFiles extends AsyncDisposable {
  readonly paths: readonly string[]
}
