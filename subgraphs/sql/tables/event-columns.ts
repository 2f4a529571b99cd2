import type { Column, ColumnType } from '#ports/lake.ts'
import type { Field, Fields } from '#use-cases/fields.ts'

const TYPES = {
  id: 'string',
  text: 'string',
  category: 'string',
  number: 'double',
  integer: 'integer',
  flag: 'boolean',
  timestamp: 'timestamp',
} as const satisfies Record<Exclude<Field['kind'], 'object'>, ColumnType>

/**
 * Columns of declared fields, in their order. All are nullable: engines that read JSON write nullable columns, and a field may
 * become optional later.
 */
export function eventColumns(fields: Fields): Column[] {
  return Object.entries(fields).map(([name, { kind, description, unit, fields: members }]) => ({
    name,
    type: kind === 'object' ? { type: 'struct', fields: eventColumns(members ?? {}) } : TYPES[kind],
    nullable: true,
    comment: unit === null ? description : `${description} Unit: ${unit}.`,
  }))
}
