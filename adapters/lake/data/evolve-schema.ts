import type { Column, ColumnType, TableSpec } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { TableMetadata } from '../log/log-state.ts'
import { schemaOfColumns } from '../log/schema-codec.ts'

/**
 * The schema of a table with the columns, and members of structs, that a specification has beyond it, as nullable ones; null if
 * there are none. What other writers keep in the schema stays. Throws `LAKE_SCHEMA_MISMATCH`.
 */
export const evolveSchema = (table: TableMetadata, spec: TableSpec): string | null => {
  if (JSON.stringify(table.partitionColumns) !== JSON.stringify(spec.partitionBy))
    throw mismatch(
      spec.name,
      null,
      `is partitioned by ${list(table.partitionColumns)}, and ${list(spec.partitionBy)} was wanted`,
    )
  const schema: SchemaStruct = JSON.parse(table.raw.schemaString)
  return addFields(schema, table.columns, spec.columns, spec.name, '') ? JSON.stringify(schema) : null
}

/** Only what is looked at; the rest is carried along. */
interface SchemaStruct {
  fields: { name: string; type: unknown }[]
}

/** Adds in place; whether there was anything to add. */
const addFields = (
  schema: SchemaStruct,
  has: readonly Column[],
  wanted: readonly Column[],
  table: string,
  prefix: string,
): boolean => {
  let changed = false
  for (const column of wanted) {
    const own = has.find(({ name }) => name === column.name)
    const name = prefix + column.name
    if (own === undefined) {
      // Names that differ in case alone are one name to Spark and DuckDB.
      const like = has.find(other => other.name.toLowerCase() === column.name.toLowerCase())
      if (like !== undefined)
        throw mismatch(table, name, `has column ${prefix}${like.name}, and ${name} was wanted`)
      const added: SchemaStruct = JSON.parse(schemaOfColumns([{ ...column, nullable: true }]))
      schema.fields.push(...added.fields)
      changed = true
    } else if (isStruct(own.type) && isStruct(column.type)) {
      const nested = schema.fields.find(field => field.name === column.name)?.type as SchemaStruct
      changed = addFields(nested, own.type.fields, column.type.fields, table, `${name}.`) || changed
    } else if (!sameType(own.type, column.type)) {
      throw mismatch(
        table,
        name,
        `has column ${name} as ${typeName(own.type)}, and ${typeName(column.type)} was wanted`,
      )
    }
  }
  return changed
}

const isStruct = (type: ColumnType): type is Extract<ColumnType, { type: 'struct' }> =>
  typeof type !== 'string' && type.type === 'struct'

/** Whether nulls may occur is another matter. */
const sameType = (a: ColumnType, b: ColumnType): boolean => typeName(a) === typeName(b)

const typeName = (type: ColumnType): string => {
  if (typeof type === 'string') return type
  if (type.type === 'struct')
    return `struct<${type.fields.map(field => `${field.name}: ${typeName(field.type)}`).join(', ')}>`
  if (type.type === 'array') return `array<${typeName(type.elementType)}>`
  return `map<${typeName(type.keyType)}, ${typeName(type.valueType)}>`
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '))

const mismatch = (table: string, column: string | null, what: string): PortError =>
  new PortError('LAKE_SCHEMA_MISMATCH', `Table ${table} ${what}.`, { details: { table, column } })
