import type { Column, LakeTable, Snapshot } from './lake.ts'

/**
 * Runs SELECT statements of strangers over relations that the caller names, and nothing else: no file, no setting, no other
 * relation, no statement that changes anything. Every adapter passes `ports/sql-engine.contract.ts`.
 *
 * Errors, all with details that may be shown: `SQL_SYNTAX` (details: position, line, column, from 1), `SQL_REFUSED` (not one SELECT,
 * or a function, relation or construct that is not allowed; details: what, position), `SQL_UNKNOWN_NAME` (a column or relation that
 * is not there), `SQL_PARAMETER`, `SQL_EXECUTION` (such as a failed cast), `SQL_TIMEOUT`, `SQL_CANCELLED`, `SQL_MEMORY`,
 * `SQL_BUSY` (the queue is full), `SQL_ENGINE_LOST` (its process ended).
 */
export interface SqlEngine extends AsyncDisposable {
  /** Parses, checks and binds a statement without running it. Throws as above. */
  validate(
    statement: string,
    relations: readonly SqlRelation[],
    params?: SqlParams,
  ): Promise<CheckedStatement>
  /** Queues a statement. What is wrong with it rejects `columns`, `rows` and `summary`; whoever calls has to dispose of it. */
  run(request: SqlRequest): SqlRun
  /** Writes newline-delimited JSON rows of these columns, as `SqlRun.rows` gives them, to a Parquet file at `path`. */
  writeParquet(options: { columns: readonly ResultColumn[]; rowsPath: string; path: string }): Promise<void>
  /** For readiness and metrics. */
  status(): { running: number; queued: number; memoryBytes: number }
}

/** What a statement may name. */
export interface SqlRelation {
  /** As statements write it: `data`, or `tfd.events` for a relation within a schema; case does not matter. */
  name: string
  table: LakeTable
  snapshot: Snapshot
  /** Rows behind the snapshot: newline-delimited JSON as `LakeBatch.rows`, with the partition columns. */
  tail?: readonly Uint8Array[]
  /** Trusted SQL expressions over the table's columns, in order; default: every column under its name. */
  projection?: readonly { column: Column; expression: string }[]
  /** Only the tail, none of the files. */
  tailOnly?: boolean
}

export type SqlValue = string | number | boolean | null
/** By position (`$1`, `?`) or by name (`$name`). */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>

export interface SqlRequest {
  /** Unique; `cancel` and the audit name it. */
  id: string
  statement: string
  relations: readonly SqlRelation[]
  params?: SqlParams
  /** Most rows handed out; one more tells that the result was cut. */
  maxRows: number
  /** Most bytes of rows as JSON; the result is cut there. */
  maxBytes: number
  /** From the start of execution; waiting in the queue is bounded by the same time again. */
  timeoutMs: number
  /** Ask for the plan as well. */
  plan?: boolean
  signal?: AbortSignal
}

export interface ResultColumn {
  name: string
  /** DuckDB's name: `BIGINT`, `STRUCT(lat DOUBLE, lon DOUBLE)`. */
  type: string
  nullable: boolean
}

export interface SqlRun extends AsyncDisposable {
  readonly columns: Promise<readonly ResultColumn[]>
  /** Rows in batches, as values of JSON: 64-bit integers beyond 2^53 and decimals are text, dates and instants ISO 8601 text, NaN and
   * infinities the text `NaN`, `Infinity`, `-Infinity`, blobs hexadecimal text, structs objects, unnamed structs and lists arrays, maps arrays of
   * `{ key, value }`. */
  readonly rows: AsyncIterable<readonly (readonly unknown[])[]>
  /** Settles after the last row; rejects as `columns` does. */
  readonly summary: Promise<RunSummary>
  cancel(): void
}

export interface RunSummary {
  rowCount: number
  truncated: boolean
  /** Milliseconds of execution, without the queue. */
  elapsedMs: number
  queuedMs: number
  /** Of the data files that were opened, as a whole. */
  bytesScanned: number
  filesScanned: number
  /** Excluded by statistics or partitions. */
  filesSkipped: number
  plan: string | null
}

export interface CheckedStatement {
  columns: readonly ResultColumn[]
  /** Names of the relations used, as they were given. */
  relations: readonly string[]
  /** Of data files that it would open. */
  bytesToScan: number
  shape: StatementShape
}

/**
 * What a live query can do with new rows: run a statement over them alone, and merge its result into what there was.
 * `partial` is that statement; null is the statement itself.
 */
export type StatementShape =
  /** Rows of the new rows are added. */
  | { kind: 'filter' }
  | AggregateShape
  | TopShape
  /** It has to be executed again. `ordered`: its rows have an order. `volatile`: its result changes without new rows as well, with the
   * clock or by chance. */
  | { kind: 'other'; reason: string; ordered: boolean; volatile: boolean }

/** Groups of rows with the same values of `keys` are merged. Its columns are keys or aggregates. */
export interface AggregateShape {
  kind: 'aggregate'
  partial: string | null
  keys: readonly number[]
  /** `count` is where the partial result has how many values an average is of; the average's own column there is their sum. */
  aggregates: readonly { column: number; function: 'count' | 'sum' | 'min' | 'max' | 'avg'; count?: number }[]
  /** Of the merged groups; none: any order. */
  order: readonly SortKey[]
  limit: number | null
  offset: number
  /** Names under which groups were taken for columns of the result: true only if the relation has no column called so. */
  aliases: readonly string[]
}

/** The first rows in an order: `offset` of the merged rows are left out, `limit` follow; null: all. */
export interface TopShape {
  kind: 'top'
  partial: string | null
  order: readonly SortKey[]
  limit: number | null
  offset: number
  /** Columns that the partial result has at its end for the order alone. */
  hidden: number
}

export interface SortKey {
  /** Of the partial result, from 0; negative from its end. */
  column: number
  descending: boolean
  nullsFirst: boolean
}
