/** A column that batch learners see: the features of a use case under their own names. */
export interface BatchColumn {
  readonly name: string
  readonly kind: 'numeric' | 'nominal'
  /** Nominal columns: the category behind each code, in order; numeric ones have none. */
  readonly categories?: readonly Category[]
}

export type Category = string | number | boolean

/**
 * Rows by column. A numeric column holds values, NaN where missing. A nominal one holds codes: 0 to categories.length - 1 for
 * those that were there when its encoder was fitted, categories.length for any other, -1 where missing.
 */
export interface Dataset {
  readonly rows: number
  readonly columns: readonly BatchColumn[]
  /** One array a column, `rows` long, over an ArrayBuffer or a SharedArrayBuffer. */
  readonly values: readonly (Float64Array | Int32Array)[]
}
