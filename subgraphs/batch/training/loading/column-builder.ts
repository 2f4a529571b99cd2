import type { BatchColumn, Category } from '#learn/batch/dataset.ts'
import type { FeatureInput } from '#learn/batch/model/batch-model.ts'

/** A column that is filled row by row; categories are numbered in the order of first sight. */
export interface ColumnBuilder {
  readonly name: string
  set(row: number, value: FeatureInput): void
  /** Moves a row's value to an earlier row. */
  move(from: number, to: number): void
  finish(rows: number): { column: BatchColumn; values: Float64Array | Int32Array }
}

export function createColumnBuilder(
  { name, kind }: Pick<BatchColumn, 'name' | 'kind'>,
  capacity: number,
): ColumnBuilder {
  return kind === 'numeric' ? numeric(name, capacity) : nominal(name, capacity)
}

function numeric(name: string, capacity: number): ColumnBuilder {
  const values = new Float64Array(capacity)
  return {
    name,
    set(row, value) {
      const number = typeof value === 'boolean' ? Number(value) : value
      values[row] = typeof number === 'number' && Number.isFinite(number) ? number : Number.NaN
    },
    move: (from, to) => values.copyWithin(to, from, from + 1),
    finish: rows => ({ column: { name, kind: 'numeric' }, values: exactly(values, rows) }),
  }
}

function nominal(name: string, capacity: number): ColumnBuilder {
  const codes = new Map<Category, number>()
  const values = new Int32Array(capacity)
  return {
    name,
    set(row, value) {
      if (value === null || value === undefined || Number.isNaN(value)) {
        values[row] = -1
        return
      }
      let code = codes.get(value)
      if (code === undefined) codes.set(value, (code = codes.size))
      values[row] = code
    },
    move: (from, to) => values.copyWithin(to, from, from + 1),
    finish: rows => ({
      column: { name, kind: 'nominal', categories: [...codes.keys()] },
      values: exactly(values, rows),
    }),
  }
}

/** A view where nearly everything is used, else a copy, so that no memory is held for rows that were left out. */
function exactly<T extends Float64Array | Int32Array>(values: T, rows: number): T {
  return (rows > 0.9 * values.length ? values.subarray(0, rows) : values.slice(0, rows)) as T
}
