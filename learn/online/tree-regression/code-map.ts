/** Codes below this have a place in an array; a code may be any number, and those of an encoder are small. */
const DENSE = 1024

/** Codes of categories to non-negative integers, in order of arrival. */
export class CodeMap {
  /** One more than the integer of each small code; 0 for none. */
  #dense: Int32Array = new Int32Array(8)
  readonly #others = new Map<number, number>()
  readonly codes: number[] = []

  /** Bytes, by what is held alone. */
  get bytes(): number {
    return 4 * this.#dense.length + 16 * this.codes.length + 40 * this.#others.size
  }

  /** -1 if the code is not in. */
  get(code: number): number {
    // False for fractions too: only integers index an array.
    if (code < this.#dense.length && code === code >>> 0) return this.#dense[code] - 1
    return this.#others.size === 0 ? -1 : (this.#others.get(code) ?? -1)
  }

  /** Adds a code that is not in. */
  add(code: number, value: number): void {
    this.codes.push(code)
    if (code >= DENSE || code !== code >>> 0) {
      this.#others.set(code, value)
      return
    }
    let length = this.#dense.length
    while (length <= code) length *= 2
    if (length > this.#dense.length) {
      const dense = this.#dense
      this.#dense = new Int32Array(length)
      this.#dense.set(dense)
    }
    this.#dense[code] = value + 1
  }
}
