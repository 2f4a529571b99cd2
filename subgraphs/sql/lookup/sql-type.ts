import type { ColumnType } from '#ports/lake.ts'

const NAMES: Readonly<Record<string, string>> = {
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
  timestamp: 'TIMESTAMP WITH TIME ZONE',
}

/** The name of a column's type in statements: `STRUCT(lat DOUBLE, lon DOUBLE)`. */
export function sqlType(type: ColumnType): string {
  if (typeof type === 'string') return NAMES[type] ?? type.toUpperCase()
  if (type.type === 'array') return `${sqlType(type.elementType)}[]`
  if (type.type === 'map') return `MAP(${sqlType(type.keyType)}, ${sqlType(type.valueType)})`
  return `STRUCT(${type.fields.map(({ name, type: member }) => `${memberName(name)} ${sqlType(member)}`).join(', ')})`
}

function memberName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
