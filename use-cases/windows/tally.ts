import type { JsonEvent } from '../generator.ts'
import type { Column } from './column.ts'

/** What an event adds to a running sum: 1 to a count, its value to a sum, 0 where it does not belong. */
export type Addend = (event: JsonEvent, timeMs: number) => number

/** Running sums of one window length for every entity. */
export interface Tally extends Column {
  /** Of the entity that was read last, in the order of the addends. */
  readonly totals: Float64Array
}
