import type { Dataset } from './dataset.ts'

/** Rows of a run as they lie in its artifacts: features, and what is known about each row beside them. */
export interface Table extends Dataset {
  /** Such as label, score, raw, eventTime (Unix milliseconds), cluster; all `rows` long, NaN where unknown. */
  readonly extra: Readonly<Record<string, Float64Array>>
  /** Rows that these were drawn from; equal to `rows` if none was left out. */
  readonly of: number
  /** Seed of that draw. */
  readonly seed: number
}
