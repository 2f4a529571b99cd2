import type { Column, ColumnType, PrimitiveType } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'

/** A schema as the log has it: https://github.com/delta-io/delta/blob/master/PROTOCOL.md#schema-serialization-format. */
export const schemaOfColumns = (columns: readonly Column[]): string =>
  JSON.stringify({ type: 'struct', fields: columns.map(fieldOfColumn) })

/**
 * The columns of a schema of the log. Throws `LAKE_UNSUPPORTED` for a type that `ports/lake.ts` lacks, and a `SyntaxError` or
 * `TypeError` for text that is no schema.
 */
export const columnsOfSchema = (schemaString: string): Column[] => {
  const schema: unknown = JSON.parse(schemaString)
  if (!isStruct(schema)) throw new TypeError('A schema must be a struct with fields.')
  return schema.fields.map(field => columnOfField(field, ''))
}

/** Names of columns that only writers may fill which check their `delta.invariants`; members of structs dotted. */
export const columnsWithInvariants = (schemaString: string): string[] => {
  const names: string[] = []
  const visit = (struct: DeltaStruct, prefix: string): void => {
    for (const field of struct.fields) {
      if (field.metadata?.['delta.invariants'] !== undefined) names.push(prefix + field.name)
      if (isStruct(field.type)) visit(field.type, `${prefix}${field.name}.`)
    }
  }
  visit(JSON.parse(schemaString) as DeltaStruct, '')
  return names
}

type DeltaType = string | DeltaStruct | DeltaArray | DeltaMap

interface DeltaStruct {
  type: 'struct'
  fields: DeltaField[]
}

interface DeltaField {
  name: string
  type: DeltaType
  nullable: boolean
  metadata?: Record<string, unknown>
}

interface DeltaArray {
  type: 'array'
  elementType: DeltaType
  containsNull: boolean
}

interface DeltaMap {
  type: 'map'
  keyType: DeltaType
  valueType: DeltaType
  valueContainsNull: boolean
}

const PRIMITIVES = new Set<string>([
  'string',
  'byte',
  'short',
  'integer',
  'long',
  'float',
  'double',
  'boolean',
  'binary',
  'date',
  'timestamp',
])

const fieldOfColumn = ({ name, type, nullable, comment }: Column): DeltaField => ({
  name,
  type: deltaType(type),
  nullable,
  metadata: comment === undefined ? {} : { comment },
})

const deltaType = (type: ColumnType): DeltaType => {
  if (typeof type === 'string') return type
  if (type.type === 'struct') return { type: 'struct', fields: type.fields.map(fieldOfColumn) }
  if (type.type === 'array') return { ...type, elementType: deltaType(type.elementType) }
  return { ...type, keyType: deltaType(type.keyType), valueType: deltaType(type.valueType) }
}

const columnOfField = (field: unknown, prefix: string): Column => {
  if (typeof field !== 'object' || field === null)
    throw new TypeError('A field of a schema must be an object.')
  const { name, type, nullable = true, metadata } = field as Partial<DeltaField>
  if (typeof name !== 'string') throw new TypeError('A field of a schema must have a name.')
  const comment = metadata?.['comment']
  return {
    name,
    type: columnType(type, prefix + name),
    nullable,
    ...(typeof comment === 'string' ? { comment } : {}),
  }
}

const columnType = (type: unknown, path: string): ColumnType => {
  if (typeof type === 'string') return primitiveType(type, path)
  if (isStruct(type)) {
    return { type: 'struct', fields: type.fields.map(field => columnOfField(field, `${path}.`)) }
  }
  if (typeof type === 'object' && type !== null && 'type' in type) {
    if (type.type === 'array') {
      const { elementType, containsNull = true } = type as DeltaArray
      return { type: 'array', elementType: columnType(elementType, `${path}.element`), containsNull }
    }
    if (type.type === 'map') {
      const { keyType, valueType, valueContainsNull = true } = type as DeltaMap
      return {
        type: 'map',
        keyType: columnType(keyType, `${path}.key`),
        valueType: columnType(valueType, `${path}.value`),
        valueContainsNull,
      }
    }
  }
  throw unsupported(JSON.stringify(type) ?? 'none', path)
}

const primitiveType = (type: string, path: string): PrimitiveType => {
  if (PRIMITIVES.has(type)) return type as PrimitiveType
  const decimal = /^decimal(?:\(\s*(\d+)\s*,\s*(-?\d+)\s*\))?$/.exec(type)
  if (decimal === null) throw unsupported(type, path)
  // Without precision and scale Spark means these.
  return `decimal(${Number(decimal[1] ?? 10)},${Number(decimal[2] ?? 0)})`
}

const unsupported = (type: string, path: string): PortError =>
  new PortError(
    'LAKE_UNSUPPORTED',
    `Column "${path}" has type ${type.slice(0, 100)}; types are those of Delta protocol 1/2, such as string, long or timestamp.`,
    { details: { column: path, feature: type.slice(0, 100) } },
  )

const isStruct = (type: unknown): type is DeltaStruct =>
  typeof type === 'object' &&
  type !== null &&
  'type' in type &&
  type.type === 'struct' &&
  'fields' in type &&
  Array.isArray(type.fields)
