import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import type { GroupStatistics } from './group-statistics.ts'

/**
 * Names what is counted: a cell is one outcome of one multinomial (a block). A nominal column is a block; with
 * transitions there is a block per previous value of the column in the group; the length of a group is a block of
 * two cells, CONTINUED and ENDED. Cells are numbered at first sight.
 */
export interface Cells {
  readonly columns: readonly Column[]
  /** Number of numeric columns. */
  readonly numerics: number
  readonly size: number
  readonly blocks: number
  blockOf(cell: number): number
  /** Whether the groups of a class may differ in the block: categories of events that are no chain. */
  isCompound(block: number): boolean
  /** Format of the state that the cells were loaded from; the present one for new cells. */
  readonly version: number
  /** Whether numeric values are clipped only, as in the first format, instead of ranked. */
  readonly clipped: boolean
  /**
   * Collects what one event of a group adds, into `outcome`. With `admit` new cells are numbered, otherwise what was
   * never seen is left out. Reads `group` (null: the group's first event) but never changes it.
   */
  collect(row: Row, group: GroupStatistics | null, admit: boolean): Outcome
  save(out: StateWriter): void
}

/** What one event adds to its group; reused from event to event. */
export interface Outcome {
  /** Cells that get one count each. */
  readonly cells: Int32Array
  used: number
  /** Value of each numeric column, NaN when it adds nothing. */
  readonly values: Float64Array
  /** Code of the transition column, to be the next event's previous value; -1 when missing. */
  next: number
}

/** The length block: a group went on for another event, or has ended. */
const CONTINUED = 0
export const ENDED = 1
/** Categories of a column that are told apart; later ones share a cell. */
const MAX_CATEGORIES = 64
const KEYS_PER_BLOCK = 128
/** States of format 2 begin with one of these keys, which no cell has; those of format 1 with the length's. */
const SECOND_FORMAT = -2
const SECOND_FORMAT_CLIPPED = -3

export function createCells(columns: readonly Column[], transition: number, input?: StateReader): Cells {
  const numeric = columns.flatMap(({ kind }, i) => (kind === 'numeric' ? [i] : []))
  const nominal = columns.flatMap(({ kind }, i) => (kind === 'nominal' ? [i] : []))
  const once = Uint8Array.from(columns, ({ scope }) => (scope === 'group' ? 1 : 0))
  const byKey = new Map<number, number>()
  const blockByKey = new Map<number, number>()
  const blocks: number[] = []
  const compound: boolean[] = []
  const keys = input ? [...input.f64s()] : [SECOND_FORMAT, CONTINUED, ENDED]
  const version = keys[0] === SECOND_FORMAT || keys[0] === SECOND_FORMAT_CLIPPED ? 2 : 1
  const clipped = version === 1 || keys[0] === SECOND_FORMAT_CLIPPED
  for (const key of version === 2 ? keys.slice(1) : keys) number(key)
  const outcome: Outcome = {
    cells: new Int32Array(nominal.length + 1),
    used: 0,
    values: new Float64Array(numeric.length),
    next: -1,
  }

  function number(key: number): number {
    const blockKey = Math.floor(key / KEYS_PER_BLOCK)
    let block = blockByKey.get(blockKey)
    if (block === undefined) {
      block = blockByKey.size
      blockByKey.set(blockKey, block)
      const column = Math.floor((blockKey - 1) / KEYS_PER_BLOCK)
      compound.push(blockKey > 0 && column !== transition && once[column] === 0)
    }
    byKey.set(key, blocks.length)
    blocks.push(block)
    return blocks.length - 1
  }

  function count(key: number, admit: boolean): void {
    const cell = byKey.get(key) ?? (admit ? number(key) : -1)
    if (cell < 0) return
    outcome.cells[outcome.used] = cell
    outcome.used += 1
  }

  return {
    columns,
    numerics: numeric.length,
    get size() {
      return blocks.length
    },
    get blocks() {
      return blockByKey.size
    },
    blockOf: cell => blocks[cell],
    isCompound: block => compound[block],
    version,
    clipped,
    collect(row, group, admit) {
      outcome.used = 0
      outcome.next = group === null ? -1 : group.previous
      if (group !== null && group.events > 0) count(CONTINUED, admit)
      for (const column of nominal) {
        if (!(row[column] >= 0) || (once[column] === 1 && group !== null && group.seen[column] === 1))
          continue
        const value = Math.min(row[column], MAX_CATEGORIES - 1)
        // Block 0 is the length; a column has a block for each previous value, the start included.
        const before = column === transition && group !== null ? group.previous + 1 : 0
        count((1 + column * KEYS_PER_BLOCK + before) * KEYS_PER_BLOCK + value, admit)
        if (column === transition) outcome.next = value
      }
      for (let j = 0; j < numeric.length; j++) {
        const column = numeric[j]
        const skip = once[column] === 1 && group !== null && group.seen[column] === 1
        outcome.values[j] = skip || !Number.isFinite(row[column]) ? Number.NaN : row[column]
      }
      return outcome
    },
    save: out => out.f64s(Float64Array.of(clipped ? SECOND_FORMAT_CLIPPED : SECOND_FORMAT, ...byKey.keys())),
  }
}
