import { codedError } from '../../../coded-error.ts'

/** Rows of equal width, one after the other. */
export interface Points {
  readonly data: Float64Array
  readonly width: number
  readonly rows: number
}

/** Checks what clustering was given. Throws INVALID_PARAMETER, NO_ROWS or, for what is not finite, INVALID_VALUE. */
export function readPoints(data: Float64Array, width: number): Points {
  if (!Number.isInteger(width) || width < 1 || data.length % width !== 0) {
    throw codedError(
      'INVALID_PARAMETER',
      `${data.length} numbers were given as rows of width ${width}, wanted a positive width that divides them.`,
    )
  }
  if (data.length === 0) throw codedError('NO_ROWS', 'No rows were given, wanted at least one.')
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue
    throw codedError(
      'INVALID_VALUE',
      `Row ${Math.floor(i / width)} holds ${data[i]} in column ${i % width}, wanted a finite number.`,
    )
  }
  return { data, width, rows: data.length / width }
}

/** Throws INVALID_PARAMETER unless k is an integer from 1 to the number of rows. */
export function checkClusters(k: number, rows: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= rows) return
  throw codedError(
    'INVALID_PARAMETER',
    `${k} clusters of ${rows} rows were asked for, wanted an integer from 1 to ${rows}.`,
  )
}
