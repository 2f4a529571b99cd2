import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import type { SparseRow } from '../sparse-rls.ts'

/** A sparse row that knows which column each entry comes from. */
export interface LinearRow extends SparseRow {
  readonly origins: Int32Array
}

/** Turns rows into inputs of a linear model. The result is reused by the next call. */
export interface LinearDesign {
  /** Inputs so far; indices are below it. */
  readonly size: number
  /** Pure: what has no input yet is left out. */
  encode(row: Row): LinearRow
  /** Learns means, spreads and categories of the row, then encodes it. */
  admit(row: Row, weight: number): LinearRow
  sizeBytes(): number
  save(out: StateWriter): void
}

/** `dense`: numbers as inputs and one per category; `hashed`: log-scaled bins and categories share 2^bits inputs. */
export const ENCODINGS = ['dense', 'hashed'] as const
/** `ours`: numbers are standardised and absence is an input; `river`: numbers as they are, absence is nothing. */
export const MODES = ['ours', 'river'] as const

export interface LinearDesignOptions {
  columns: readonly Column[]
  encoding: (typeof ENCODINGS)[number]
  mode: (typeof MODES)[number]
  bits: number
  /** Most inputs of a dense design; categories beyond have none. */
  maxInputs: number
}
