import type { ColumnType, PrimitiveType } from '#ports/lake.ts'
import { quoteName } from './quote-name.ts'

/** DuckDB's type for a column of a lake table. A `timestamp` is an instant: `TIMESTAMPTZ`, which Parquet keeps as adjusted to UTC. */
export const duckdbType = (type: ColumnType): string => {
  if (typeof type === 'string') return PRIMITIVES[type] ?? type.toUpperCase()
  switch (type.type) {
    case 'struct':
      return `STRUCT(${type.fields.map(field => `${quoteName(field.name)} ${duckdbType(field.type)}`).join(', ')})`
    case 'array':
      return `${duckdbType(type.elementType)}[]`
    case 'map':
      return `MAP(${duckdbType(type.keyType)}, ${duckdbType(type.valueType)})`
  }
}

/** Decimals are written as they are: `decimal(p,s)`. */
const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
} satisfies Record<Exclude<PrimitiveType, `decimal(${string}`>, string>
