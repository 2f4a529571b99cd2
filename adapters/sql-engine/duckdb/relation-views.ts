import { duckdbType } from '../../duckdb/duckdb-type.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column } from '#ports/lake.ts'
import type { SandboxRelation } from './worker-protocol.ts'

/** Files of one physical schema. */
export interface FileGroup {
  files: SandboxRelation['files']
  /** Names of their columns. */
  columns: ReadonlySet<string>
}

/** The SELECT behind a relation's view: all of its files and its tail, with the table's columns in their order. */
export function relationQuery(
  relation: SandboxRelation,
  groups: readonly FileGroup[],
  tailTable: string | null,
): string {
  const parts = groups.flatMap(group => groupQueries(relation, group))
  if (tailTable !== null)
    parts.push(`SELECT ${relation.columns.map(({ name }) => quoteName(name)).join(', ')} FROM ${tailTable}`)
  if (parts.length === 0)
    parts.push(`SELECT ${relation.columns.map(column => `${missing(column)}`).join(', ')} WHERE false`)
  const rows = parts.join('\nUNION ALL ')
  const { projection } = relation
  if (projection === undefined) return rows
  const columns = projection.map(({ column, expression }) => `${expression} AS ${quoteName(column.name)}`)
  return `SELECT ${columns.join(', ')} FROM (${rows})`
}

const missing = ({ name, type }: Column): string => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`

/** One scan where directories tell the partition, else one for each partition. */
function groupQueries(relation: SandboxRelation, { files, columns }: FileGroup): readonly string[] {
  const { partitionBy } = relation
  const inPath = files.filter(file => hasPartitionInPath(file, partitionBy))
  const byPartition = new Map<string, SandboxRelation['files'][number][]>()
  for (const file of files) {
    if (inPath.includes(file)) continue
    const key = JSON.stringify(partitionBy.map(name => file.partition[name] ?? null))
    byPartition.set(key, [...(byPartition.get(key) ?? []), file])
  }
  const queries = [...byPartition.values()].map(group => scan(relation, group, columns, false))
  return inPath.length === 0 ? queries : [scan(relation, inPath, columns, partitionBy.length > 0), ...queries]
}

function scan(
  relation: SandboxRelation,
  files: SandboxRelation['files'],
  stored: FileGroup['columns'],
  hive: boolean,
): string {
  const partitions = relation.columns.filter(({ name }) => relation.partitionBy.includes(name))
  const columns = relation.columns.map(column => {
    const name = quoteName(column.name)
    const type = duckdbType(column.type)
    if (partitions.includes(column)) {
      const value = files[0]?.partition[column.name] ?? null
      return hive ? name : `CAST(${value === null ? 'NULL' : quoteText(value)} AS ${type}) AS ${name}`
    }
    // Casting to the type that it has costs nothing: the binder drops it.
    return stored.has(column.name) ? `CAST(${name} AS ${type}) AS ${name}` : missing(column)
  })
  const hiveTypes = partitions.map(({ name, type }) => `${quoteText(name)}: ${duckdbType(type)}`)
  const options = hive
    ? `hive_partitioning = true, hive_types_autocast = false, hive_types = {${hiveTypes.join(', ')}}`
    : 'hive_partitioning = false'
  const paths = files.map(({ path }) => quoteText(path)).join(', ')
  return `SELECT ${columns.join(', ')} FROM read_parquet([${paths}], ${options})`
}

/** The path has every partition value as a directory, so that DuckDB reads there what the log says. */
function hasPartitionInPath(
  { path, partition }: SandboxRelation['files'][number],
  partitionBy: readonly string[],
): boolean {
  const directories = path.split('/').slice(0, -1)
  const named = directories.filter(directory => directory.includes('='))
  return (
    named.length === partitionBy.length &&
    partitionBy.every(name => {
      const value = partition[name] ?? null
      // Escapes are decoded differently by different engines; plain values are all the same.
      if (value !== null && !/^[\w.:-]+$/.test(value)) return false
      return named.includes(`${name}=${value ?? '__HIVE_DEFAULT_PARTITION__'}`)
    })
  )
}
