import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { DuckDBConnection, DuckDBMapValue, DuckDBValue } from '@duckdb/node-api'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, ColumnType, FileStats } from '#ports/lake.ts'
import { parseInstant } from '../log/instant-bounds.ts'
import { partitionPath } from '../log/partition-path.ts'
import { type ReturnedStats, statsOf } from './return-stats.ts'

export interface WrittenFile {
  /** On this machine. */
  localPath: string
  /** Relative to the table, folders of partitions included. */
  path: string
  /** As the log has them. */
  partition: Readonly<Record<string, string | null>>
  rowCount: number
  sizeBytes: number
  stats: FileStats
}

export interface ParquetSource {
  /** A SELECT with all columns, in the order of rows that files shall have. */
  select: string
  columns: readonly Column[]
  partitionBy: readonly string[]
  /** The one that all rows belong to, if that is known; the SELECT then has no partition columns. */
  partition?: Readonly<Record<string, string | null>>
  /** Made if it is missing. */
  directory: string
  /** Of a row as JSON or in memory, roughly: it decides how many make a row group. */
  bytesPerRow: number
}

/**
 * Writes rows as Parquet, compressed by zstd, a file for every partition, without the partition columns in it. Instants are 64-bit
 * microseconds adjusted to UTC.
 */
export const writeParquet = async (
  connection: DuckDBConnection,
  { select, columns, partitionBy, partition, directory, bytesPerRow }: ParquetSource,
): Promise<WrittenFile[]> => {
  const group = rowGroup(bytesPerRow)
  await mkdir(directory, { recursive: true })
  await connection.run(`SET partitioned_write_flush_threshold = ${group}`)
  const single = partition !== undefined || partitionBy.length === 0
  const target = single ? `${directory}/part.parquet` : directory
  const layout = single
    ? `ROW_GROUP_SIZE ${group}`
    : `PARTITION_BY (${partitionBy.map(quoteName).join(', ')}), ROW_GROUP_SIZE ${group}`
  const result = await connection.runAndReadAll(
    `COPY (${select}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS, ${layout})`,
  )
  const stored = columns.filter(({ name }) => !partitionBy.includes(name))
  return result
    .getRowObjects()
    .map(row => writtenFile(row, { stored, columns, partitionBy, partition }))
    .filter(file => file.rowCount > 0)
}

/** Rows of a row group: about 32 MiB before compression, since a group is held in memory, more than once, until it is whole. */
const rowGroup = (bytesPerRow: number): number =>
  Math.min(Math.max(Math.floor((32 << 20) / Math.max(bytesPerRow, 1) / VECTOR), 1) * VECTOR, MOST_ROWS)

/** Rows that DuckDB moves at a time. */
const VECTOR = 2048
/** Enough for encodings and statistics to pay off. */
const MOST_ROWS = 30 * VECTOR

const writtenFile = (
  row: Record<string, DuckDBValue>,
  {
    stored,
    columns,
    partitionBy,
    partition: known,
  }: Pick<ParquetSource, 'columns' | 'partitionBy'> & {
    stored: readonly Column[]
    partition: ParquetSource['partition'] | undefined
  },
): WrittenFile => {
  const rowCount = Number(row['count'])
  const returned: ReturnedStats = new Map(
    entriesOf(row['column_statistics']).map(([key, value]) => [
      String(key),
      new Map(entriesOf(value).map(([name, text]) => [String(name), String(text)])),
    ]),
  )
  const values = new Map(entriesOf(row['partition_keys']).map(([key, value]) => [String(key), value]))
  const partition =
    known ??
    Object.fromEntries(
      partitionBy.map(name => [
        name,
        partitionText(values.get(name) ?? null, columns.find(column => column.name === name)?.type),
      ]),
    )
  const folder = partitionPath(partitionBy, partition)
  const name = `part-${randomUUID()}.zstd.parquet`
  return {
    localPath: String(row['filename']),
    path: folder === '' ? name : `${folder}/${name}`,
    partition,
    rowCount,
    sizeBytes: Number(row['file_size_bytes']),
    stats: statsOf(stored, rowCount, returned),
  }
}

/** Empty text is the null partition to all readers. */
const partitionText = (value: DuckDBValue, type: ColumnType | undefined): string | null => {
  const text = value === null ? '' : String(value)
  if (text === '') return null
  return type === 'timestamp' ? (parseInstant(text, 'unknown') ?? text) : text
}

const entriesOf = (value: DuckDBValue | undefined): [DuckDBValue, DuckDBValue][] =>
  ((value as DuckDBMapValue | null | undefined)?.entries ?? []).map(entry => [entry.key, entry.value])
