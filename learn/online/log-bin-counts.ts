import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { Column } from './learner.ts'
import { LEVEL_BITS, LOG_BINS, logBin } from './log-bin.ts'

/** Where the coarse and the coarser bins of a numeric column begin in its counts, and their number in all. */
const COARSE = LOG_BINS
const COARSER = COARSE + (LOG_BINS >> LEVEL_BITS)
const NUMERIC_BINS = COARSER + (LOG_BINS >> (2 * LEVEL_BITS))
/** Bins that a nominal column starts with; they double as categories appear. */
const FIRST_BINS = 16
/** Bytes of one bin: a count of each class. */
const BIN_BYTES = 16
/**
 * Examples of the rarer class that every category is imagined to have, and of the other class in proportion: without
 * them a new category (an hour whose labels are still to come) would speak for the rarer class.
 */
const IMAGINED = 1

interface Options {
  /** Pseudo-count that pulls a bin towards the marginal, and a narrow bin towards the wider one around it. */
  smoothing: number
  binSmoothing: number
  /** Most bins of a nominal column; later categories share the last. */
  maxBins: number
}

/**
 * Weighted counts of two classes per column and bin. Numeric columns have log-scaled bins of three widths, nominal ones
 * a bin for each category; bin 0 is missing. Nothing allocates but a nominal column that grows.
 */
export interface LogBinCounts {
  /** The bin of a value; what is no category (negative, NaN, infinite) is missing. */
  binOf(column: number, value: number): number
  /** Tells how many examples of each class there are, ahead of calls of `logRatio`. */
  weigh(n0: number, n1: number): void
  /** Logarithm of the bin's smoothed share of class 1 over its share of class 0; 0 for a category never seen. */
  logRatio(column: number, bin: number): number
  add(column: number, bin: number, label: 0 | 1, weight: number): void
  /** Takes back what `add` counted, never below zero. */
  remove(column: number, bin: number, label: 0 | 1, weight: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

export function createLogBinCounts(columns: readonly Column[], options: Options): LogBinCounts {
  const counts = columns.map(
    ({ kind }) =>
      new Float64Array(2 * (kind === 'numeric' ? NUMERIC_BINS : Math.min(FIRST_BINS, options.maxBins))),
  )
  return fromCounts(columns, counts, options)
}

/** Throws CHECKPOINT_CORRUPT when a column's counts cannot be its own. */
export function loadLogBinCounts(
  input: StateReader,
  columns: readonly Column[],
  options: Options,
): LogBinCounts {
  const counts = columns.map(({ kind }) => {
    const bins = input.f64s(kind === 'numeric' ? 2 * NUMERIC_BINS : undefined)
    if (bins.length >= 4 && bins.length % 2 === 0) return bins
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A column has ${bins.length} counts, wanted an even number from 4.`,
    )
  })
  return fromCounts(columns, counts, options)
}

/**
 * Bins that each nominal column may have so that all counts stay within `maxBytes`, `wanted` at most. Throws
 * INVALID_PARAMETER when not even the least fits.
 */
export function affordableBins(columns: readonly Column[], wanted: number, maxBytes: number): number {
  const numeric = columns.filter(({ kind }) => kind === 'numeric').length
  const nominal = columns.length - numeric
  const fixed = numeric * NUMERIC_BINS * BIN_BYTES
  if (maxBytes >= fixed + nominal * 2 * BIN_BYTES) {
    return nominal === 0 ? wanted : Math.min(wanted, Math.floor((maxBytes - fixed) / (nominal * BIN_BYTES)))
  }
  throw codedError(
    'INVALID_PARAMETER',
    `The counts of ${columns.length} columns were given ${maxBytes} bytes, wanted at least ${fixed + nominal * 2 * BIN_BYTES}.`,
  )
}

function fromCounts(
  columns: readonly Column[],
  counts: Float64Array[],
  { smoothing, binSmoothing, maxBins }: Options,
): LogBinCounts {
  const numeric = Uint8Array.from(columns, ({ kind }) => (kind === 'numeric' ? 1 : 0))
  /** What `weigh` derives: the classes' sizes with smoothing and relative to the smaller one, and a bin's pull. */
  let base = 1
  let odds = 1
  let size0 = 1
  let size1 = 1
  let share = 0

  /** Log-ratio of a category's counts, both pulled towards the marginal by the same share of their class. */
  function flat(column: Float64Array, bin: number): number {
    if (2 * bin >= column.length) return 0
    const c0 = column[2 * bin]
    const c1 = column[2 * bin + 1]
    const pull = (c0 + c1) * share + IMAGINED
    return Math.log((odds * (c1 + pull * size1)) / (c0 + pull * size0))
  }

  /** From wide to narrow: within its parent, a bin is pulled towards its share of both classes together. */
  function pyramid(column: Float64Array, bin: number): number {
    let index = 2 * (COARSER + (bin >> (2 * LEVEL_BITS)))
    let parent0 = column[index]
    let parent1 = column[index + 1]
    const prior = (parent0 + parent1 + 0.5) * share
    let ratio = (parent1 + prior) / (parent0 + prior)
    for (let level = 1; level >= 0; level--) {
      index = 2 * (level === 1 ? COARSE + (bin >> LEVEL_BITS) : bin)
      const c0 = column[index]
      const c1 = column[index + 1]
      const pull = (binSmoothing * (c0 + c1 + 0.125)) / (parent0 + parent1 + 1)
      ratio *= ((c1 + pull) * (parent0 + binSmoothing)) / ((c0 + pull) * (parent1 + binSmoothing))
      parent0 = c0
      parent1 = c1
    }
    return Math.log(base * ratio)
  }

  function grow(column: number, length: number): Float64Array {
    const larger = new Float64Array(Math.min(2 * maxBins, Math.max(2 * counts[column].length, length)))
    larger.set(counts[column])
    counts[column] = larger
    return larger
  }

  return {
    binOf(column, value) {
      if (numeric[column] === 1) return logBin(value)
      if (!(value >= 0 && value < Infinity)) return 0
      return value + 1 < maxBins ? Math.floor(value) + 1 : maxBins - 1
    },
    weigh(n0, n1) {
      base = (n0 + smoothing) / (n1 + smoothing)
      share = smoothing / (n0 + n1 + 5)
      // Half an example each, so that a class never seen has a size.
      odds = (n0 + 0.5) / (n1 + 0.5)
      size0 = odds > 1 ? odds : 1
      size1 = odds < 1 ? 1 / odds : 1
    },
    logRatio: (column, bin) =>
      numeric[column] === 1 ? pyramid(counts[column], bin) : flat(counts[column], bin),
    add(column, bin, label, weight) {
      const at = 2 * bin + label
      const into = at < counts[column].length ? counts[column] : grow(column, 2 * bin + 2)
      into[at] += weight
      if (numeric[column] === 0) return
      into[2 * (COARSE + (bin >> LEVEL_BITS)) + label] += weight
      into[2 * (COARSER + (bin >> (2 * LEVEL_BITS))) + label] += weight
    },
    remove(column, bin, label, weight) {
      const from = counts[column]
      take(from, 2 * bin + label, weight)
      if (numeric[column] === 0) return
      take(from, 2 * (COARSE + (bin >> LEVEL_BITS)) + label, weight)
      take(from, 2 * (COARSER + (bin >> (2 * LEVEL_BITS))) + label, weight)
    },
    sizeBytes: () => counts.reduce((sum, column) => sum + column.byteLength, 0),
    save(out) {
      for (const column of counts) out.f64s(column)
    },
  }
}

function take(counts: Float64Array, at: number, weight: number): void {
  if (at < counts.length) counts[at] = counts[at] > weight ? counts[at] - weight : 0
}
