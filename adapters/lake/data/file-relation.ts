import { duckdbType } from '../../duckdb/duckdb-type.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, DataFile } from '#ports/lake.ts'

export interface RelationFiles {
  files: readonly DataFile[]
  /** Where each of them is on this machine. */
  paths: readonly string[]
  /** Of the table; the relation has them in this order. */
  columns: readonly Column[]
  partitionBy: readonly string[]
}

/**
 * A SELECT over data files with exactly the columns of the table. A column or a member of a struct that an older file lacks is null,
 * and values of partition columns come from the log, since folders of foreign writers may say anything.
 */
export const fileRelation = ({ files, paths, columns, partitionBy }: RelationFiles): string => {
  if (files.length === 0)
    return `SELECT ${columns.map(column => `CAST(NULL AS ${duckdbType(column.type)}) AS ${quoteName(column.name)}`).join(', ')} WHERE false`
  const stored = columns.filter(({ name }) => !partitionBy.includes(name))
  const selected = columns.map(({ name, type }) =>
    partitionBy.includes(name)
      ? `${partitionValue(files, name, duckdbType(type))} AS ${quoteName(name)}`
      : `${innerName(stored, name)} AS ${quoteName(name)}`,
  )
  return `SELECT ${selected.join(', ')} FROM ${parquet(paths, stored)}`
}

/** One value for all files is a constant, which conditions can be checked against once; otherwise each row looks up its file's. */
const partitionValue = (files: readonly DataFile[], name: string, type: string): string => {
  const texts = files.map(file => file.partition[name] ?? null)
  const literal = (text: string | null): string => (text === null ? 'NULL' : quoteText(text))
  const [first = null] = texts
  if (texts.every(text => text === first)) return `CAST(${literal(first)} AS ${type})`
  return `CAST([${texts.map(literal).join(', ')}] AS ${type}[])[CAST(file_index AS BIGINT) + 1]`
}

/** No name of a table can be taken for `file_index`, DuckDB's own column. */
const innerName = (stored: readonly Column[], name: string): string =>
  `c${stored.findIndex(column => column.name === name)}`

const parquet = (paths: readonly string[], columns: readonly Column[]): string => {
  const files = `[${paths.map(quoteText).join(', ')}]`
  // Only then a file with no column of ours at all would do, and DuckDB wants one.
  if (columns.length === 0) return `read_parquet(${files}, hive_partitioning = false)`
  const schema = columns.map(
    ({ name, type }) =>
      `${quoteText(name)}: {name: ${quoteText(innerName(columns, name))}, type: ${quoteText(duckdbType(type))}, default_value: NULL}`,
  )
  return `read_parquet(${files}, hive_partitioning = false, schema = MAP {${schema.join(', ')}})`
}
