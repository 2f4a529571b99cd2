import type { PythonRandom } from '../../math/python-random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Row } from '../learner.ts'
import { NominalSplitter } from './nominal-splitter.ts'
import { QuantizationSplitter } from './quantization-splitter.ts'
import { EXACT, SearchTreeSplitter } from './search-tree-splitter.ts'
import type { GainBound, TargetSplitter } from './target-splitter.ts'
import type { TreeRules } from './tree-rules.ts'

/** Most candidates per column and leaf outside River's mode. */
const MAX_NODES = 256
const MAX_SLOTS = 256
const MAX_CATEGORIES = 1024
/** Of an empty observer. */
const BASE_BYTES = 64

/** Whether the value of that kind of column is there. */
export function isPresent(value: number, nominal: number): boolean {
  return nominal === 1 ? value >= 0 && value < Infinity : value - value === 0
}

/** The splitters of one leaf; a leaf that may not split has none but keeps which columns it drew. */
export class LeafObservers {
  readonly #rules: TreeRules
  active = true
  /** Columns with a splitter, in order of first sight; River settles ties by it. */
  columns: number[] = []
  splitters: TargetSplitter[] = []
  /** The splitter of each column, undefined where there is none. */
  #own: (TargetSplitter | undefined)[] = []
  #disabled: number[] = []
  /** Columns that were drawn; empty before. */
  #drawn: Int32Array = new Int32Array(0)
  bytes = BASE_BYTES

  constructor(rules: TreeRules, input?: StateReader) {
    this.#rules = rules
    if (!input) return
    this.active = input.bool()
    this.#disabled = [...input.i32s()]
    this.#drawn = input.i32s()
    this.columns = [...input.i32s()]
    this.splitters = this.columns.map(column => this.#newSplitter(column, input))
    this.columns.forEach((column, i) => {
      this.#own[column] = this.splitters[i]
    })
    this.#measure()
  }

  /** Counts the row in every watched column. Returns by how many bytes it grew. */
  update(row: Row, y: number, w: number, random: PythonRandom | null): number {
    const { nominal, maxColumns, river } = this.#rules
    let grown = 0
    // River draws even where it takes all, which moves its generator and the order of ties.
    if (random === null || (!river && maxColumns >= nominal.length)) {
      for (let column = 0; column < nominal.length; column++) {
        if (isPresent(row[column], nominal[column])) grown += this.#count(column, row[column], y, w)
      }
    } else {
      if (this.#drawn.length === 0) this.#draw(row, random)
      for (const column of this.#drawn) {
        if (isPresent(row[column], nominal[column])) grown += this.#count(column, row[column], y, w)
      }
    }
    this.bytes += grown
    return grown
  }

  activate(): void {
    this.active = true
  }

  deactivate(): void {
    this.active = false
    this.columns = []
    this.splitters = []
    this.#own = []
    this.bytes = BASE_BYTES
  }

  /** Watches a column no longer. */
  disable(column: number): void {
    const at = this.columns.indexOf(column)
    this.columns.splice(at, 1)
    this.splitters.splice(at, 1)
    this.#own[column] = undefined
    this.#disabled.push(column)
    this.#measure()
  }

  prune(parent: Float64Array, at: number, bound: GainBound): void {
    for (const splitter of this.splitters) splitter.prune?.(this.#rules, parent, at, bound)
    this.#measure()
  }

  save(out: StateWriter): void {
    out.bool(this.active)
    out.i32s(Int32Array.from(this.#disabled))
    out.i32s(this.#drawn)
    out.i32s(Int32Array.from(this.columns))
    for (const splitter of this.splitters) splitter.save(out)
  }

  #count(column: number, x: number, y: number, w: number): number {
    const known = this.#own[column]
    if (known !== undefined) return known.update(x, y, w)
    if (this.#disabled.includes(column)) return 0
    const splitter = this.#newSplitter(column)
    this.#own[column] = splitter
    this.columns.push(column)
    this.splitters.push(splitter)
    return splitter.bytes + splitter.update(x, y, w)
  }

  #draw(row: Row, random: PythonRandom): void {
    const { byName, nominal, maxColumns, river } = this.#rules
    // River draws among the columns that the first row has.
    const there = river ? byName.filter(column => isPresent(row[column], nominal[column])) : byName
    if (there.length < maxColumns) {
      this.#drawn = there
      return
    }
    this.#drawn = new Int32Array(maxColumns)
    random.sample(there.length, maxColumns, this.#drawn)
    for (let i = 0; i < maxColumns; i++) this.#drawn[i] = there[this.#drawn[i]]
  }

  #newSplitter(column: number, input?: StateReader): TargetSplitter {
    const { river, nominal, splitter, digits, radius } = this.#rules
    if (nominal[column] === 1) return new NominalSplitter(river ? Infinity : MAX_CATEGORIES, input)
    if (splitter === 'qo') return new QuantizationSplitter(radius, river ? Infinity : MAX_SLOTS, input)
    const rounded = splitter === 'tebst' ? digits : EXACT
    return new SearchTreeSplitter(rounded, river ? Infinity : MAX_NODES, input)
  }

  #measure(): void {
    this.bytes = BASE_BYTES
    for (const splitter of this.splitters) this.bytes += splitter.bytes
  }
}
