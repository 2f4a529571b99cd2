import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Bytes of a category in a Map and of its child. */
const ENTRY_BYTES = 56

/** The children of a branch with one per category, in the order they were added. */
export class CategoryTable {
  readonly children: number[] = []
  readonly #places = new Map<number, number>()

  get bytes(): number {
    return ENTRY_BYTES * this.children.length
  }

  add(category: number, child: number): void {
    this.#places.set(category, child)
    this.children.push(child)
  }

  /** The child for a category, -1 if there is none. */
  childOf(category: number): number {
    return this.#places.get(category) ?? -1
  }

  save(out: StateWriter): void {
    out.f64s(Float64Array.from(this.#places.keys()))
    out.i32s(Int32Array.from(this.children))
  }

  /** Children must be nodes behind `parent`, below `count`. */
  static load(input: StateReader, parent: number, count: number): CategoryTable {
    const table = new CategoryTable()
    const categories = input.f64s()
    const children = input.i32s(categories.length)
    if (children.length === 0 || children.some(child => child <= parent || child >= count)) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        `Branch ${parent} leads to nodes ${children.join(', ')}, wanted ones behind it.`,
      )
    }
    categories.forEach((category, i) => table.add(category, children[i]))
    return table
  }
}
