import type { JsonEvent } from '../generator.ts'

/** Typed array of any element. */
export type Numbers =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

/**
 * State of some windows for every entity of a table, addressed by slot. Slots are reused: `clear` comes before a slot
 * gets another entity.
 */
export interface Column {
  /** Makes room for so many slots. */
  grow(slots: number): void
  clear(slot: number): void
  /** Prepares what windows read of an entity as of `timeMs`; slot -1: an entity never seen. Changes no state. */
  read(slot: number, timeMs: number): void
  add(slot: number, event: JsonEvent, timeMs: number): void
  /** The whole state of the first `slots` slots, as views. */
  save(slots: number): Numbers[]
  /** The same number of arrays as bytes. */
  load(arrays: readonly ArrayBuffer[]): void
  /** Arrays that `save` gives. */
  readonly arrays: number
}
