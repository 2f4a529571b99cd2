import { mix32 } from '../../math/mix32.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { LEVEL_BITS, logBin } from '../log-bin.ts'

/** Columns that are crossed with each other; those beyond are inputs on their own only. */
const CROSSED = 32
/** Squares that every weight starts with: a surprise moves a weight by little before it is known. */
const INITIAL_SQUARES = 4
const MAX_LOGIT = 35

interface Options {
  columns: readonly Column[]
  /** 2^bits weights. */
  bits: number
  /** Step of AdaGrad, for all inputs of a row together. */
  rate: number
}

/** A logistic regression that sees what pairs of columns say together. */
export interface CrossedLogistic {
  logOdds(row: Row): number
  /** Learns, given the log-odds that the row has now. */
  learn(row: Row, label: 0 | 1, weight: number, logOdds: number): void
  /** Fills `out[i]`; what a pair says is shared equally by its columns (its Shapley values). Returns the intercept. */
  explain(row: Row, out: Float64Array): number
  sizeBytes(): number
  save(out: StateWriter): void
}

/**
 * Logistic regression by AdaGrad over hashed inputs: every category, every log-scaled bin of a number in two widths, and
 * the pairs of them of any two columns. Memory is constant and nothing warms up.
 * Weinberger et al. 2009, "Feature hashing for large scale multitask learning"; Duchi, Hazan and Singer 2011.
 */
export function createCrossedLogistic(
  { columns, bits, rate }: Options,
  input?: StateReader,
): CrossedLogistic {
  const size = 2 ** bits
  const mask = size - 1
  const weights = input ? floats(input, size + 1) : new Float32Array(size + 1)
  const squares = input ? floats(input, size + 1) : new Float32Array(size + 1).fill(INITIAL_SQUARES)
  const width = columns.length
  const crossed = Math.min(width, CROSSED)
  const numeric = Uint8Array.from(columns, ({ kind }) => (kind === 'numeric' ? 1 : 0))
  const most = 2 * width + (crossed * (crossed - 1)) / 2
  const indices = new Int32Array(most)
  /** Columns that an input comes from; the same twice when it is of one. */
  const first = new Int32Array(most)
  const second = new Int32Array(most)
  const codes = new Int32Array(width)
  let length = 0

  function put(hash: number, a: number, b: number): void {
    indices[length] = mix32(hash) & mask
    first[length] = a
    second[length] = b
    length += 1
  }

  function expand(row: Row): void {
    length = 0
    for (let i = 0; i < width; i++) {
      const value = row[i]
      let code: number
      if (numeric[i] === 1) {
        const bin = logBin(value) >> LEVEL_BITS
        code = bin
        put(Math.imul(i + 1, 0x9e3779b1) ^ Math.imul((bin >> LEVEL_BITS) + 1, 0x85ebca6b), i, i)
      } else code = value >= 0 && value < mask ? Math.floor(value) + 1 : 0
      const own = mix32(Math.imul(i + 1, 0xc2b2ae35) ^ code)
      codes[i] = own
      put(own, i, i)
    }
    for (let i = 0; i < crossed; i++) {
      const own = Math.imul(codes[i], 0x27d4eb2f)
      for (let j = i + 1; j < crossed; j++) put(own ^ codes[j], i, j)
    }
  }

  return {
    logOdds(row) {
      expand(row)
      let sum = weights[size]
      for (let i = 0; i < length; i++) sum += weights[indices[i]]
      return sum > MAX_LOGIT ? MAX_LOGIT : sum < -MAX_LOGIT ? -MAX_LOGIT : sum
    },
    learn(row, label, weight, logOdds) {
      const gradient = weight * (1 / (1 + Math.exp(-logOdds)) - label)
      const square = gradient * gradient
      if (!(square > 0)) return
      expand(row)
      const step = (rate * gradient) / Math.sqrt(length + 1)
      for (let i = 0; i < length; i++) {
        const at = indices[i]
        squares[at] += square
        weights[at] -= step / Math.sqrt(squares[at])
      }
      squares[size] += square
      weights[size] -= (rate * gradient) / Math.sqrt(squares[size])
    },
    explain(row, out) {
      expand(row)
      out.fill(0)
      for (let i = 0; i < length; i++) {
        const half = weights[indices[i]] / 2
        out[first[i]] += half
        out[second[i]] += half
      }
      return weights[size]
    },
    sizeBytes: () => weights.byteLength + squares.byteLength + 4 * (3 * most + width),
    save(out) {
      out.bytes(new Uint8Array(weights.buffer))
      out.bytes(new Uint8Array(squares.buffer))
    },
  }
}

function floats(input: StateReader, length: number): Float32Array {
  return new Float32Array(input.bytes(4 * length).buffer as ArrayBuffer)
}
