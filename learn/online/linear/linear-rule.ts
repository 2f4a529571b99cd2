import type { StateWriter } from '../../state/writer.ts'
import type { LinearRow } from './linear-design.ts'

/** How a linear model learns; `target` is a class, 0 or 1, or a number. */
export interface LinearRule {
  /** Intercept + weights . row. */
  margin(row: LinearRow): number
  readonly intercept: number
  weight(i: number): number
  /** Learns an example whose inputs are all below `size`. */
  learn(row: LinearRow, target: number, weight: number, size: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}
