import {
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { ColumnType } from '#ports/lake.ts'

/** Values of a column of DuckDB as `RowBatch` has them; decimals are text, binaries bytes, maps arrays of `{ key, value }`. */
export const rowValues = (values: readonly DuckDBValue[], type: ColumnType): readonly unknown[] => {
  const convert = converterOf(type)
  if (convert === null) return values
  return values.map(value => (value === null ? null : convert(value)))
}

type Convert = (value: DuckDBValue) => unknown

/** Null where DuckDB's value is the one that is wanted. */
const converterOf = (type: ColumnType): Convert | null => {
  if (typeof type !== 'string') return nestedConverter(type)
  switch (type) {
    case 'long':
      return value => longValue(value as bigint)
    case 'date':
      return value => dayText((value as DuckDBDateValue).days)
    case 'timestamp':
      return value => instantText((value as DuckDBTimestampTZValue).micros)
    case 'binary':
      return value => (value as DuckDBBlobValue).bytes
    case 'string':
    case 'boolean':
    case 'byte':
    case 'short':
    case 'integer':
    case 'float':
    case 'double':
      return null
    default:
      return value => (value as DuckDBDecimalValue).toString()
  }
}

const nestedConverter = (type: Exclude<ColumnType, string>): Convert => {
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map(field => ({
        name: field.name,
        convert: nullable(converterOf(field.type)),
      }))
      return value => {
        const { entries } = value as DuckDBStructValue
        return Object.fromEntries(fields.map(({ name, convert }) => [name, convert(entries[name] ?? null)]))
      }
    }
    case 'array': {
      const convert = nullable(converterOf(type.elementType))
      return value => (value as DuckDBListValue).items.map(convert)
    }
    case 'map': {
      const key = nullable(converterOf(type.keyType))
      const item = nullable(converterOf(type.valueType))
      return value =>
        (value as DuckDBMapValue).entries.map(entry => ({ key: key(entry.key), value: item(entry.value) }))
    }
  }
}

const nullable =
  (convert: Convert | null): Convert =>
  value =>
    value === null || convert === null ? value : convert(value)

const longValue = (value: bigint): number | string => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

const DAY_MS = 86_400_000

const dayText = (days: number): string => {
  const date = new Date(days * DAY_MS)
  return Number.isNaN(date.getTime()) ? `${days} days since 1970-01-01` : date.toISOString().slice(0, -14)
}

/** Milliseconds, and microseconds where there are any. */
const instantText = (micros: bigint): string => {
  const rest = ((micros % 1000n) + 1000n) % 1000n
  const text = new Date(Number((micros - rest) / 1000n)).toISOString()
  return rest === 0n ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
