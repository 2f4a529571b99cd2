import type { Column } from '#ports/lake.ts'
import { sqlType } from './sql-type.ts'

/** A column for people and editors. */
export function describeColumn({ name, type, nullable, comment }: Column, partitionBy: readonly string[]) {
  return {
    name,
    type: sqlType(type),
    nullable,
    description: comment ?? null,
    partition: partitionBy.includes(name),
  }
}
