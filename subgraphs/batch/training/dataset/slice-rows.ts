import type { Dataset } from '#learn/batch/dataset.ts'

/** Rows `from` to `to` (exclusive) as views: nothing is copied. */
export function sliceRows({ columns, values }: Dataset, from: number, to: number): Dataset {
  return { rows: to - from, columns, values: values.map(column => column.subarray(from, to)) }
}
