import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** 2^27 + 1 splits a double into two halves of 26 bits. */
const SPLITTER = 134_217_729

/**
 * A sum in double-double arithmetic (about 106 bits): what was added and is taken away again leaves no trace, however large it
 * was. Knuth's TwoSum and Dekker's TwoProduct (Dekker 1971).
 */
export class ExactSum {
  /** The sum, and what it was rounded by. */
  readonly #parts = new Float64Array(2)

  constructor(input?: StateReader, start = 0) {
    this.#parts[0] = input ? input.f64() : start
    this.#parts[1] = input ? input.f64() : 0
  }

  get value(): number {
    return this.#parts[0] + this.#parts[1]
  }

  add(x: number): void {
    const parts = this.#parts
    const high = parts[0]
    const sum = high + x
    const part = sum - high
    parts[1] += high - (sum - part) + (x - part)
    parts[0] = sum
  }

  /** Adds sign * x² with its rounding error; x² must be finite. */
  addSquare(x: number, sign: 1 | -1): void {
    const square = x * x
    const scaled = SPLITTER * x
    const high = scaled - (scaled - x)
    const low = x - high
    const error = low * low - (square - high * high - 2 * high * low)
    this.add(sign * square)
    this.#parts[1] += sign * error
  }

  /** this - other² / n, without losing what is left of two large numbers. */
  minusSquareOver(other: ExactSum, n: number): number {
    const rest = new ExactSum(undefined, this.#parts[0])
    rest.#parts[1] = this.#parts[1]
    // other² / n = mean * (2 other - n mean) + (other - n mean)² / n, and the last term vanishes.
    const mean = other.value / n
    const twice = new ExactSum(undefined, 0)
    addProduct(twice, mean, -2 * other.#parts[0])
    addProduct(twice, mean, -2 * other.#parts[1])
    const square = new ExactSum(undefined, 0)
    square.addSquare(mean, 1)
    addProduct(twice, n, square.#parts[0])
    addProduct(twice, n, square.#parts[1])
    rest.add(twice.#parts[0])
    rest.add(twice.#parts[1])
    return rest.value
  }

  save(out: StateWriter): void {
    out.f64(this.#parts[0])
    out.f64(this.#parts[1])
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
