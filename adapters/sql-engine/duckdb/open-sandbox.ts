import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { jsonColumns } from '../../duckdb/json-columns.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { FileGroup } from './relation-views.ts'
import { relationQuery } from './relation-views.ts'
import type { SandboxRelation, SandboxSpec, WorkerSettings } from './worker-protocol.ts'

export interface Sandbox extends AsyncDisposable {
  /** One for each statement; closing it ends what it still streams. */
  connect(): Promise<DuckDBConnection>
}

/** Bytes that one sandbox may spill to its folder, as many times as its memory. */
const SPILL_FACTOR = 16

/**
 * A database of views over exactly these relations. What is read lies open only to their files, nothing can be configured any more,
 * and sessions are in UTC. Whoever opens it closes it; a running statement has to be interrupted first.
 */
export async function openSandbox(
  { relations, bindOnly = false }: SandboxSpec,
  { memoryMb, threads, tempDirectory }: WorkerSettings,
): Promise<Sandbox> {
  const spill = await mkdtemp(join(tempDirectory, 'spill-'))
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryMb}MiB`,
    temp_directory: spill,
    max_temp_directory_size: `${memoryMb * SPILL_FACTOR}MiB`,
    // Freed memory goes back to the system early: it counts as the process's own, and the next statement needs it.
    allocator_flush_threshold: '8MiB',
    allocator_bulk_deallocation_flush_threshold: '8MiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Files are local and immutable: the system's page cache serves every process at once.
    enable_external_file_cache: 'false',
  })
  const connection = await instance.connect()
  const close = async () => {
    instance.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
  try {
    await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
    // Footers are small, and reading them is what a count over many files costs.
    await connection.run('SET GLOBAL parquet_metadata_cache = true')
    for (const [index, relation] of relations.entries()) await createView(connection, relation, index)
    const paths = relations.flatMap(({ files }) => files.map(({ path }) => quoteText(path)))
    await connection.run(`SET allowed_paths = [${paths.join(', ')}]`)
    await connection.run('SET enable_external_access = false')
    // Without them binding does not compute anything.
    if (bindOnly) await connection.run(`SET GLOBAL disabled_optimizers = 'expression_rewriter'`)
    await connection.run('SET GLOBAL errors_as_json = true')
    await connection.run('SET lock_configuration = true')
    return { connect: () => instance.connect(), [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  } finally {
    connection.closeSync()
  }
}

async function createView(
  connection: DuckDBConnection,
  relation: SandboxRelation,
  index: number,
): Promise<void> {
  const groups = await fileGroups(connection, relation.files)
  const tail = relation.tailPath === undefined ? null : `_tails.tail_${index}`
  if (tail !== null) {
    await connection.run('CREATE SCHEMA IF NOT EXISTS _tails')
    const rows = `read_json(${quoteText(relation.tailPath!)}, format = 'newline_delimited', columns = ${jsonColumns(relation.columns)}, maximum_object_size = ${MAX_ROW_BYTES})`
    await connection.run(`CREATE TABLE ${tail} AS SELECT * FROM ${rows}`)
  }
  const [schema, name] = relation.name.includes('.')
    ? [
        relation.name.slice(0, relation.name.indexOf('.')),
        relation.name.slice(relation.name.indexOf('.') + 1),
      ]
    : ['main', relation.name]
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`)
  await connection.run(
    `CREATE VIEW ${quoteName(schema)}.${quoteName(name)} AS ${relationQuery(relation, groups, tail)}`,
  )
}

/** Of one line of a tail. */
const MAX_ROW_BYTES = 4 * 2 ** 20

/** Groups files by the schema in their footers: files from before a column was added lack it. */
async function fileGroups(
  connection: DuckDBConnection,
  files: SandboxRelation['files'],
): Promise<readonly FileGroup[]> {
  if (files.length === 0) return []
  const paths = files.map(({ path }) => quoteText(path)).join(', ')
  const schemas = await connection.runAndReadAll(
    `SELECT file_name, md5(string_agg(concat_ws('|', name, type, converted_type, logical_type, num_children), ',' ORDER BY column_id))
     FROM parquet_schema([${paths}]) GROUP BY file_name`,
  )
  const schemaOf = new Map(schemas.getRows().map(([path, schema]) => [String(path), String(schema)]))
  const groups = new Map<string, SandboxRelation['files'][number][]>()
  for (const file of files) {
    const schema = schemaOf.get(file.path) ?? ''
    const group = groups.get(schema)
    if (group === undefined) groups.set(schema, [file])
    else group.push(file)
  }
  return Promise.all(
    [...groups.values()].map(async group => ({
      files: group,
      columns: await columnsOf(connection, group[0]!.path),
    })),
  )
}

async function columnsOf(connection: DuckDBConnection, path: string): Promise<ReadonlySet<string>> {
  const columns = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet(${quoteText(path)}, hive_partitioning = false)`,
  )
  return new Set(columns.getRows().map(([name]) => String(name)))
}
