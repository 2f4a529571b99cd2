import type { StateWriter } from '../state/writer.ts'
import type { BatchColumn, Dataset } from './dataset.ts'

/** What a trained model of trees or of weights says about a row. Pure: nothing is learned from asking. */
export interface Scorer {
  readonly columns: readonly BatchColumn[]
  /** Raw scores a row: 1 for binary classification and regression, one a class for more classes. */
  readonly outputs: number
  /** Raw scores (log odds, or the value in the label's unit) of one row as `Dataset` codes it, into `out` of length `outputs`. */
  raw(row: Float64Array, out: Float64Array): void
  /** The same for all rows, `rows * outputs` long, row by row; equal to `raw` bit for bit. */
  rawAll(data: Dataset): Float64Array
  /** What each column adds to a raw score, and what all rows have in common as the last entry: `columns.length + 1` numbers
   * whose sum is the raw score to 1e-9. */
  contributions(row: Float64Array, output?: number): Float64Array
  /** Per column: loss reduction of all splits on it and their number; for weights, |weight| times the column's deviation and 1. */
  importances(): { readonly gain: Float64Array; readonly split: Float64Array }
  save(out: StateWriter): void
}
