import type { Column, PrimitiveType } from '#ports/lake.ts'

export interface LeafColumn {
  /** From the column down: `['location', 'lat']`. */
  path: readonly string[]
  /** As statistics and conditions name it: `location.lat`. */
  name: string
  type: PrimitiveType
}

/** Columns and members of structs that have a primitive type; what is within lists and maps has no statistics. */
export const leafColumns = (columns: readonly Column[], path: readonly string[] = []): LeafColumn[] =>
  columns.flatMap(({ name, type }): LeafColumn[] => {
    const here = [...path, name]
    if (typeof type === 'string') return [{ path: here, name: here.join('.'), type }]
    return type.type === 'struct' ? leafColumns(type.fields, here) : []
  })
