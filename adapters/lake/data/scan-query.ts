import type { DuckDBValue } from '@duckdb/node-api'
import { duckdbType } from '../../duckdb/duckdb-type.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, ColumnType, Condition, ScanOptions } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import { leafColumns } from './leaf-columns.ts'

export interface ScanQuery {
  sql: string
  params: DuckDBValue[]
  /** Of the result, as they were asked for. */
  columns: readonly { name: string; type: ColumnType }[]
}

/** The query over a relation with the columns of the table. Throws `INVALID_ARGUMENT` for a column that is not there. */
export const scanQuery = (
  relation: string,
  columns: readonly Column[],
  { columns: names = columns.map(({ name }) => name), where = [], sample, orderBy = [], limit }: ScanOptions,
): ScanQuery => {
  const find = finder(columns)
  const selected = names.map(name => ({ name, ...find(name) }))
  const params: DuckDBValue[] = []
  const filters = where.map(condition => filterOf(condition, find(condition.column), params))
  if (sample !== undefined && sample.fraction !== 1)
    filters.push(
      sampleOf(
        sample,
        sample.by.map(name => find(name).sql),
      ),
    )
  const sql = [
    // Without a column there are still rows to count.
    `SELECT ${selected.length === 0 ? '0' : selected.map(({ sql }, index) => `${sql} AS c${index}`).join(', ')}`,
    `FROM (${relation}) AS t`,
    ...(filters.length === 0 ? [] : [`WHERE ${filters.join(' AND ')}`]),
    ...(orderBy.length === 0
      ? []
      : [`ORDER BY ${orderBy.map(name => `${find(name).sql} ASC NULLS LAST`).join(', ')}`]),
    ...(limit === undefined ? [] : [`LIMIT ${natural(limit)}`]),
  ].join('\n')
  return { sql, params, columns: selected }
}

interface Found {
  sql: string
  type: ColumnType
}

const finder = (columns: readonly Column[]): ((name: string) => Found) => {
  const found = new Map<string, Found>()
  const add = (name: string, path: readonly string[], type: ColumnType): void => {
    if (!found.has(name)) found.set(name, { sql: `t.${path.map(quoteName).join('.')}`, type })
  }
  // A column whose own name has a dot comes before a member of that name.
  for (const { name, type } of columns) add(name, [name], type)
  for (const { path, name, type } of leafColumns(columns)) add(name, path, type)
  return name => {
    const column = found.get(name)
    if (column !== undefined) return column
    throw new PortError(
      'INVALID_ARGUMENT',
      `There is no column ${JSON.stringify(name)}; there are ${columns.map(column => column.name).join(', ')}.`,
      { details: { column: name } },
    )
  }
}

const filterOf = ({ column, op, value }: Condition, { sql, type }: Found, params: DuckDBValue[]): string => {
  if (typeof type !== 'string' || type === 'binary')
    throw new PortError(
      'INVALID_ARGUMENT',
      `Column ${column} has no order to compare by; conditions want a primitive type.`,
      {
        details: { column },
      },
    )
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number | boolean)[]
  if (op !== 'in' && values.length !== 1)
    throw new PortError(
      'INVALID_ARGUMENT',
      `Condition ${column} ${op} has ${values.length} values and takes one.`,
      {
        details: { column },
      },
    )
  if (values.length === 0) return 'false'
  const bound = values.map(given => {
    params.push(boundValue(given, type))
    return `CAST($${params.length} AS ${comparisonType(given, type)})`
  })
  const left = type === 'float' ? `CAST(${sql} AS DOUBLE)` : sql
  return op === 'in' ? `${left} IN (${bound.join(', ')})` : `${left} ${op} ${bound[0]}`
}

const boundValue = (value: string | number | boolean, type: string): DuckDBValue =>
  typeof value === 'number' && Number.isSafeInteger(value) && WHOLE.has(type) ? BigInt(value) : value

const WHOLE = new Set(['byte', 'short', 'integer', 'long'])

/** A whole number may be compared with 1.5, which must not be rounded before. */
const comparisonType = (value: string | number | boolean, type: ColumnType & string): string => {
  if (type === 'float' || type === 'double') return 'DOUBLE'
  if (!WHOLE.has(type)) return duckdbType(type)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'BIGINT' : 'DOUBLE'
  return 'BIGINT'
}

/**
 * A row is chosen if the first 52 bits of the MD5 of `<seed>`, then of every value as text, each behind a 0x1F (null: 0x1E), are
 * below the fraction: the same anywhere, at any version of DuckDB.
 */
const sampleOf = (
  { fraction, seed }: { fraction: number; seed: number },
  values: readonly string[],
): string => {
  if (!(fraction > 0 && fraction < 1) || !Number.isSafeInteger(seed) || values.length === 0)
    throw new PortError(
      'INVALID_ARGUMENT',
      `A sample wants a fraction within (0, 1], a whole seed and columns to choose by, not ${fraction}, ${seed} and ${values.length} columns.`,
    )
  const text = values.map(value => ` || chr(31) || coalesce(CAST(${value} AS VARCHAR), chr(30))`).join('')
  const limit = Math.floor(fraction * 2 ** 52)
    .toString(16)
    .padStart(13, '0')
  // Digits compare as text; a hash that begins with the limit is longer and so not below it.
  return `md5(${quoteText(String(seed))}${text}) < ${quoteText(limit)}`
}

const natural = (limit: number): number => {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit
  throw new PortError('INVALID_ARGUMENT', `A limit must be a whole number from 0, not ${limit}.`)
}
