import type { Action } from './actions.ts'

/** Reads and writes checkpoints, which are Parquet files with one action a row. */
export interface CheckpointFiles {
  /**
   * All rows of a Parquet file of this machine, as JSON has them: structs are objects, maps objects by key, absent members null or
   * missing, 64-bit integers numbers. Columns that the file lacks (`sidecar`, `checkpointMetadata`, `txn`, …) are simply missing; those
   * that it has beyond ours (`add.stats_parsed`, `add.deletionVector`, …) are handed out as well, timestamps in them as text.
   * Throws anything if it is not a whole Parquet file.
   */
  read(path: string): Promise<readonly CheckpointRow[]>
  /** The bytes of a Parquet file with these rows in this order, with the columns and types of `checkpointColumns`. */
  write(rows: readonly Action[]): Promise<Uint8Array>
}

/** An action with null for members that are not there, and with whatever foreign writers add. */
export type CheckpointRow = { readonly [member: string]: unknown }

/**
 * The columns of a classic checkpoint as DuckDB types, in the order in which Spark writes them. Every action is a nullable struct
 * of nullable members.
 */
export const checkpointColumns = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add:
    'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, ' +
    'tags MAP(VARCHAR, VARCHAR), stats VARCHAR)',
  remove:
    'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, ' +
    'partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
  metaData:
    'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), ' +
    'schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
} as const
