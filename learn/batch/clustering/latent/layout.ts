import { codedError } from '../../../coded-error.ts'
import type { BatchColumn } from '../../dataset.ts'

/** What is counted, of which columns: a cell is one outcome of one multinomial (a block), numbered from 0. */
export interface Layout {
  readonly columns: readonly BatchColumn[]
  /** Columns that count once per sequence, by index. */
  readonly once: Uint8Array
  /** Nominal column whose law depends on its previous value in the sequence; -1 for none. */
  readonly transition: number
  /** Nominal and numeric columns, by index. */
  readonly nominal: Int32Array
  readonly numeric: Int32Array
  /** First cell of each column's first block; numeric ones have none. */
  readonly cellOf: Int32Array
  readonly cells: number
  readonly blocks: number
  readonly blockOf: Int32Array
  /** Columns whose groups differ within a class, see `compound.ts`. */
  readonly compounds: readonly Compound[]
  /** Number of each cell among those of compound columns; -1 for others. */
  readonly slotOf: Int32Array
  readonly slots: number
}

/** A column of which every group has probabilities of its own. */
export interface Compound {
  readonly column: number
  /** Its cells are `first` to `first + size - 1`; then comes one that counts them together. */
  readonly first: number
  readonly size: number
}

/** Cells of block 0, the length of sequences: one went on for another row, or ended. */
export const CONTINUED = 0
export const ENDED = 1
/** A column with transitions has as many blocks as categories. */
const MOST_STATES = 64

interface Options {
  columns: readonly BatchColumn[]
  /** Names of columns that count once per sequence. */
  once: readonly string[]
  /** Name of the column with transitions; empty for none. */
  transition: string
  /** Whether the groups of a class may differ; pointless where a group is one row. */
  compound: boolean
}

/** Throws INVALID_PARAMETER for names that are not (nominal) columns, NO_USABLE_COLUMN without any column. */
export function createLayout({ columns, once, transition, compound }: Options): Layout {
  if (columns.length === 0)
    throw codedError('NO_USABLE_COLUMN', 'No columns were given, wanted at least one.')
  const unknown = once.find(name => columns.every(column => column.name !== name))
  if (unknown !== undefined) {
    const names = columns.map(({ name }) => name).join(', ')
    throw codedError('INVALID_PARAMETER', `once names ${unknown}, wanted some of the columns ${names}.`)
  }
  const indexes = (kind: BatchColumn['kind']) =>
    Int32Array.from(columns.flatMap((column, i) => (column.kind === kind ? [i] : [])))
  const cellOf = new Int32Array(columns.length).fill(-1)
  const blockOf = [0, 0]
  let blocks = 1
  const compounds: Compound[] = []
  const slotOf = [-1, -1]
  let slots = 0
  const from = transitionOf(columns, transition)
  columns.forEach(({ kind, categories = [] }, i) => {
    if (kind !== 'nominal') return
    cellOf[i] = blockOf.length
    // A category more for those unknown at training; a block more for the start of a sequence.
    const states = categories.length + 1
    for (let block = 0; block < (i === from ? states + 1 : 1); block++) {
      for (let cell = 0; cell < states; cell++) blockOf.push(blocks)
      blocks += 1
    }
    if (compound && i !== from) {
      compounds.push({ column: i, first: cellOf[i], size: states })
      blockOf.push(blocks)
      blocks += 1
      for (let cell = 0; cell <= states; cell++) slotOf.push(slots++)
    } else while (slotOf.length < blockOf.length) slotOf.push(-1)
  })
  return {
    columns,
    once: Uint8Array.from(columns, ({ name }) => (once.includes(name) ? 1 : 0)),
    transition: from,
    nominal: indexes('nominal'),
    numeric: indexes('numeric'),
    cellOf,
    cells: blockOf.length,
    blocks,
    blockOf: Int32Array.from(blockOf),
    compounds,
    slotOf: Int32Array.from(slotOf),
    slots,
  }
}

function transitionOf(columns: readonly BatchColumn[], name: string): number {
  if (name === '') return -1
  const index = columns.findIndex(
    column =>
      column.name === name && column.kind === 'nominal' && (column.categories ?? []).length <= MOST_STATES,
  )
  if (index >= 0) return index
  throw codedError(
    'INVALID_PARAMETER',
    `transition names ${name}, wanted a nominal column of at most ${MOST_STATES} categories.`,
  )
}
