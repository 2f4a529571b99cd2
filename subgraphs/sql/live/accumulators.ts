import type { AggregateShape, ResultColumn } from '#ports/sql-engine.ts'
import type { Row } from './live-update.ts'
import { valueType } from './value-types.ts'

/** How partial values of an aggregate become one. A state is never null; null stands for no value. */
export interface Accumulator {
  column: number
  read(row: Row): unknown
  add(a: unknown, b: unknown): unknown
  write(state: unknown): unknown
}

/** @param columns of the partial statement. Text tells why its values can't be merged. */
export function accumulatorOf(
  { column, function: name, count = 0 }: AggregateShape['aggregates'][number],
  columns: readonly ResultColumn[],
): Accumulator | string {
  const typeName = columns[column]?.type ?? 'nothing'
  const type = valueType(typeName)
  const refusal = `It is executed again each time: ${name}() gives ${typeName}, which is not merged.`
  if (!type) return refusal
  if (name === 'min' || name === 'max') {
    const sign = name === 'min' ? 1 : -1
    return {
      column,
      read: row => row[column] ?? null,
      add: (a, b) => (sign * type.compare(a, b) <= 0 ? a : b),
      write: state => state,
    }
  }
  const { sum } = type
  if (!sum) return refusal
  if (name !== 'avg') {
    return {
      column,
      read: row => (row[column] == null ? null : sum.read(row[column])),
      add: sum.add,
      write: sum.write,
    }
  }
  interface Mean {
    sum: unknown
    count: number
  }
  return {
    column,
    read: (row): Mean | null =>
      row[column] == null ? null : { sum: sum.read(row[column]), count: Number(row[count]) },
    add: (a, b): Mean => ({
      sum: sum.add((a as Mean).sum, (b as Mean).sum),
      count: (a as Mean).count + (b as Mean).count,
    }),
    write(state) {
      const value = sum.toNumber((state as Mean).sum) / (state as Mean).count
      return Number.isFinite(value) ? value : String(value)
    },
  }
}
