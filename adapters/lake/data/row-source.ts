import { duckdbType } from '../../duckdb/duckdb-type.ts'
import { quoteName } from '../../duckdb/quote-name.ts'
import { quoteText } from '../../duckdb/quote-text.ts'
import type { Column, ColumnType } from '#ports/lake.ts'

/**
 * A SELECT over newline-delimited JSON with exactly these columns. By itself DuckDB rounds `1.5` to an integer and does not know
 * of required columns; here both end the statement, with a message that `explainMismatch` makes out.
 * @param longest bytes that no line exceeds
 */
export const rowSource = (columns: readonly Column[], path: string, longest: number): string =>
  `SELECT ${columns.map(column => `${checked(column, quoteName(column.name), column.name)} AS ${quoteName(column.name)}`).join(', ')} ` +
  `FROM read_json(${quoteText(path)}, format = 'newline_delimited', maximum_object_size = ${Math.max(longest, SMALLEST_OBJECT)}, ` +
  `columns = {${columns.map(({ name, type }) => `${quoteText(name)}: ${quoteText(loose(type))}`).join(', ')}})`

/** DuckDB reads in buffers of twice this. */
const SMALLEST_OBJECT = 1 << 20

/** Whole numbers are read in a wider type, so that their fraction can be seen. */
const loose = (type: ColumnType): string => {
  if (type === 'byte' || type === 'short' || type === 'integer') return 'DOUBLE'
  if (type === 'long') return 'VARCHAR'
  if (typeof type === 'string' || type.type !== 'struct') return duckdbType(type)
  return `STRUCT(${type.fields.map(field => `${quoteName(field.name)} ${loose(field.type)}`).join(', ')})`
}

const checked = ({ type, nullable }: Column, value: string, name: string): string => {
  const cast = typed(type, value, name)
  if (nullable) return cast
  return `CASE WHEN ${value} IS NULL THEN ${refusal(name, 'null')} ELSE ${cast} END`
}

const typed = (type: ColumnType, value: string, name: string): string => {
  if (type === 'byte' || type === 'short' || type === 'integer')
    return `CASE WHEN ${value} <> trunc(${value}) THEN ${refusal(name, 'fraction')} ELSE CAST(${value} AS ${duckdbType(type)}) END`
  if (type === 'long')
    // Digits alone need no regular expression, which would cost as much as reading the number.
    return `CASE WHEN (contains(${value}, '.') OR contains(${value}, 'e') OR contains(${value}, 'E')) AND NOT regexp_full_match(${value}, '[-+]?[0-9]+([.]0*)?') THEN ${refusal(name, 'fraction')} ELSE CAST(${value} AS BIGINT) END`
  if (
    typeof type === 'string' ||
    type.type !== 'struct' ||
    (loose(type) === duckdbType(type) && type.fields.every(f => f.nullable))
  )
    return value
  const members = type.fields.map(
    field =>
      `${quoteName(field.name)} := ${checked(field, `${value}.${quoteName(field.name)}`, `${name}.${field.name}`)}`,
  )
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`
}

const refusal = (name: string, what: string): string =>
  `error(${quoteText(`row refused: ${what} in ${name}`)})`
