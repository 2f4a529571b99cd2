import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { duckdbType } from '../../duckdb/duckdb-type.ts'
import { jsonColumns } from '../../duckdb/json-columns.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, DataFile, LakeTable } from '#ports/lake.ts'
import type { SqlRelation } from '#ports/sql-engine.ts'

export interface TestFile {
  /** Relative to the folder; default `<number>.parquet`. */
  path?: string
  columns?: readonly Column[]
  partition?: DataFile['partition']
  stats?: DataFile['stats']
  rows: readonly Readonly<Record<string, unknown>>[]
}

export interface TestRelations extends AsyncDisposable {
  readonly directory: string
  readonly connection: DuckDBConnection
  /** A relation over Parquet files of these rows. */
  relation(options: {
    name: string
    columns: readonly Column[]
    partitionBy?: readonly string[]
    files: readonly TestFile[]
  }): Promise<SqlRelation>
  /** A relation over Parquet files that are there. */
  relationOver(options: {
    name: string
    columns: readonly Column[]
    partitionBy?: readonly string[]
    files: readonly DataFile[]
  }): SqlRelation
}

/** Relations over files of a temporary folder, for tests and benches of the engine alone. */
export async function openTestRelations(): Promise<TestRelations> {
  const directory = await mkdtemp(join(tmpdir(), 'sql-engine-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  let count = 0

  const writeFileOf = async (
    columns: readonly Column[],
    { path = `${++count}.parquet`, rows }: TestFile,
  ): Promise<string> => {
    const lines = join(directory, 'rows.ndjson')
    await writeFile(lines, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
    await mkdir(dirname(join(directory, path)), { recursive: true })
    const source =
      rows.length === 0
        ? `(SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`).join(', ')} WHERE false)`
        : `read_json(${quoteText(lines)}, format = 'newline_delimited', columns = ${jsonColumns(columns)})`
    await connection.run(`COPY (FROM ${source}) TO ${quoteText(join(directory, path))} (FORMAT parquet)`)
    return path
  }

  const relationOver: TestRelations['relationOver'] = ({ name, columns, partitionBy = [], files }) => ({
    name,
    table: {
      name,
      uri: `file://${directory}`,
      localFiles: async (wanted: readonly DataFile[]) => ({
        paths: wanted.map(({ path }) => join(directory, path)),
        [Symbol.asyncDispose]: async () => {},
      }),
    } as unknown as LakeTable,
    snapshot: {
      table: name,
      version: 1,
      timestamp: 0,
      columns,
      partitionBy,
      files,
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      rowCount: null,
      transactions: new Map(),
    },
  })

  return {
    directory,
    connection,
    relationOver,
    async relation({ name, columns, partitionBy = [], files }) {
      const stored: DataFile[] = []
      for (const file of files) {
        const own = (file.columns ?? columns).filter(column => !partitionBy.includes(column.name))
        const path = await writeFileOf(own, file)
        const { size } = await stat(join(directory, path))
        const { partition = {}, stats = null } = file
        stored.push({ path, sizeBytes: size, modifiedAt: 0, partition, stats })
      }
      return relationOver({ name, columns, partitionBy, files: stored })
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync()
      instance.closeSync()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
