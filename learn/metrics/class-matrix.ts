import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { codedError } from '../coded-error.ts'

/** Beyond it the matrix alone would take 8 MB. */
const MAX_CLASSES = 1024

/** Counts of a classification into any number of classes, numbered 0, 1, …; it grows as classes come. */
export class ClassMatrix {
  /** Classes there is room for. */
  classes: number
  /** `cells[truth * classes + decision]`. */
  cells: Float64Array<ArrayBufferLike>

  constructor(classes = 2, cells: Float64Array = new Float64Array(classes * classes)) {
    this.classes = classes
    this.cells = cells
  }

  static load(input: StateReader): ClassMatrix {
    const classes = input.u32()
    return new ClassMatrix(classes, input.f64s(classes * classes))
  }

  /** Throws INVALID_LABEL for what is no class number. */
  add(truth: number, decision: number, weight = 1): void {
    const largest = Math.max(truth, decision)
    if (!(truth >= 0 && decision >= 0 && largest < MAX_CLASSES && Number.isInteger(truth + decision))) {
      throw codedError(
        'INVALID_LABEL',
        `Truth ${truth} and decision ${decision} were given, wanted class numbers from 0 to ${MAX_CLASSES - 1}.`,
      )
    }
    if (largest >= this.classes) this.#grow(largest + 1)
    this.cells[truth * this.classes + decision] += weight
  }

  save(out: StateWriter): void {
    out.u32(this.classes)
    out.f64s(this.cells)
  }

  #grow(wanted: number): void {
    const classes = Math.min(MAX_CLASSES, Math.max(wanted, 2 * this.classes))
    const cells = new Float64Array(classes * classes)
    for (let row = 0; row < this.classes; row++) {
      cells.set(this.cells.subarray(row * this.classes, (row + 1) * this.classes), row * classes)
    }
    this.classes = classes
    this.cells = cells
  }
}
