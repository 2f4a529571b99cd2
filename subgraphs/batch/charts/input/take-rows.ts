import type { Dataset } from '#learn/batch/dataset.ts'
import type { Table } from '#learn/batch/table-file.ts'

/** These rows of a dataset, in this order. */
export function takeRows({ columns, values }: Dataset, rows: ArrayLike<number>): Dataset {
  return {
    rows: rows.length,
    columns,
    values: values.map(column => {
      const taken = column instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length)
      for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i] as number] as number
      return taken
    }),
  }
}

/** One of a table's further columns at these rows; NaN where it has none. */
export function takeExtra({ extra }: Table, name: string, rows: ArrayLike<number>): Float64Array {
  const column = extra[name]
  return Float64Array.from({ length: rows.length }, (_, i) => column?.[rows[i] as number] ?? Number.NaN)
}
