import type { SavedState } from './saved-state.ts'
import type { StateWriter } from '../state/writer.ts'

/** Blocks that a stream is cut into. When they are full, neighbours are merged and blocks become twice as long. */
const BLOCKS = 64
/** Observations in a block at first. */
const FIRST_SIZE = 16

/**
 * Sums over at most 64 blocks of consecutive observations of a whole stream, for intervals that allow for dependence between
 * neighbours. An observation's block follows from its number alone, so that a correction finds it and the order of arrival does
 * not matter.
 */
export class BlockSums {
  readonly columns: number
  /** Row by row: `columns` sums of each block. */
  readonly cells: Float64Array
  /** Number of the first observation, NaN before it. */
  #base = Number.NaN
  #size = FIRST_SIZE

  constructor(columns: number, from?: SavedState) {
    this.columns = columns
    const saved = from?.version === 2 ? from.input : null
    this.cells = saved ? saved.f64s(BLOCKS * columns) : new Float64Array(BLOCKS * columns)
    if (!saved) return
    this.#base = saved.f64()
    this.#size = saved.f64()
  }

  /** Index of the first cell of the block of observation number `seq`; those before the first count into its block. */
  at(seq: number): number {
    if (this.#base !== this.#base) this.#base = seq
    let block = Math.floor((seq - this.#base) / this.#size)
    if (block >= BLOCKS) {
      while (block >= BLOCKS) {
        this.#merge()
        block = Math.floor((seq - this.#base) / this.#size)
      }
    }
    return block > 0 ? block * this.columns : 0
  }

  save(out: StateWriter): void {
    out.f64s(this.cells)
    out.f64(this.#base)
    out.f64(this.#size)
  }

  #merge(): void {
    const { cells, columns } = this
    for (let block = 0; block < BLOCKS / 2; block++) {
      for (let c = 0; c < columns; c++) {
        const from = 2 * block * columns + c
        cells[block * columns + c] = cells[from] + cells[from + columns]
      }
    }
    cells.fill(0, (BLOCKS / 2) * columns)
    this.#size *= 2
  }
}
