import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** 2^27 + 1 splits a double into two halves of 26 bits. */
const SPLITTER = 134_217_729

/**
 * A sum in double-double arithmetic (about 106 bits): what was added and is taken away again leaves no trace, however large it
 * was. Knuth's TwoSum and Dekker's TwoProduct (Dekker 1971).
 */
export class ExactSum {
  #high: number
  #low: number

  constructor(input?: StateReader, start = 0) {
    this.#high = input ? input.f64() : start
    this.#low = input ? input.f64() : 0
  }

  get value(): number {
    return this.#high + this.#low
  }

  add(x: number): void {
    const high = this.#high
    const sum = high + x
    const part = sum - high
    this.#low += high - (sum - part) + (x - part)
    this.#high = sum
  }

  /** Adds sign * x² with its rounding error; x² must be finite. */
  addSquare(x: number, sign: 1 | -1): void {
    const square = x * x
    const scaled = SPLITTER * x
    const high = scaled - (scaled - x)
    const low = x - high
    const error = low * low - (square - high * high - 2 * high * low)
    this.add(sign * square)
    this.#low += sign * error
  }

  /** this - other² / n, without losing what is left of two large numbers. */
  minusSquareOver(other: ExactSum, n: number): number {
    const rest = new ExactSum(undefined, this.#high)
    rest.#low = this.#low
    // other² / n = mean * (2 other - n mean) + (other - n mean)² / n, and the last term vanishes.
    const mean = other.value / n
    const twice = new ExactSum(undefined, 0)
    addProduct(twice, mean, -2 * other.#high)
    addProduct(twice, mean, -2 * other.#low)
    const square = new ExactSum(undefined, 0)
    square.addSquare(mean, 1)
    addProduct(twice, n, square.#high)
    addProduct(twice, n, square.#low)
    rest.add(twice.#high)
    rest.add(twice.#low)
    return rest.value
  }

  save(out: StateWriter): void {
    out.f64(this.#high)
    out.f64(this.#low)
  }
}

/** Adds a * b with its rounding error, as (a + b)² / 4 - (a - b)² / 4 would not: the factors may differ in size. */
function addProduct(sum: ExactSum, a: number, b: number): void {
  const product = a * b
  const [aHigh, aLow] = split(a)
  const [bHigh, bLow] = split(b)
  sum.add(product)
  sum.add(aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow))
}

function split(x: number): [high: number, low: number] {
  const scaled = SPLITTER * x
  const high = scaled - (scaled - x)
  return [high, x - high]
}
