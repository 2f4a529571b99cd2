import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { CodeMap } from './code-map.ts'

/** The children of a branch with one per category, in the order they were added. */
export class CategoryTable {
  readonly children: number[] = []
  readonly #places = new CodeMap()

  get bytes(): number {
    return this.#places.bytes + 8 * this.children.length
  }

  add(category: number, child: number): void {
    this.#places.add(category, child)
    this.children.push(child)
  }

  /** The child for a category, -1 if there is none. */
  childOf(category: number): number {
    return this.#places.get(category)
  }

  save(out: StateWriter): void {
    out.f64s(Float64Array.from(this.#places.codes))
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
