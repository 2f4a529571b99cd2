import type { ClassSums } from './class-sums.ts'
import type { Layout } from './layout.ts'

/**
 * Groups of one class may prefer different categories: a customer has favourites. Such a column follows a Dirichlet
 * compound multinomial: a group's probabilities are drawn around those of its class, and the more alike the groups of the
 * class, the higher its concentration. Without that, a class would fall apart into one for each favourite.
 */
export interface Rising {
  /** Log of p s (p s + 1) ... (p s + n - 1) of each cell of a compound column, at (slot * (most + 1) + n) * k + class; of
   * the cell that counts all, minus the same of s. */
  readonly logs: Float64Array
  /** p s, and for the cell that counts all s, at slot * k + class. */
  readonly bases: Float64Array
  readonly signs: Int8Array
  readonly most: number
}

const FIRST_CONCENTRATION = 20
/** Beyond, groups are as alike as chance lets them. */
const LARGEST_CONCENTRATION = 10_000
const SMALLEST_CONCENTRATION = 0.05
const STEPS = 4

interface Options {
  k: number
  layout: Layout
  logCells: Float64Array
  concentrations: Float64Array
  most: number
}

export function risingOf({ k, layout, logCells, concentrations, most }: Options): Rising {
  const { compounds, slots } = layout
  const logs = new Float64Array(slots * (most + 1) * k)
  const bases = new Float64Array(slots * k)
  const signs = new Int8Array(slots).fill(1)
  let slot = 0
  compounds.forEach(({ first, size }, index) => {
    for (let cell = 0; cell <= size; cell++, slot++) {
      if (cell === size) signs[slot] = -1
      for (let c = 0; c < k; c++) {
        const all = concentrations[index * k + c]
        const base = cell === size ? all : all * Math.exp(logCells[(first + cell) * k + c])
        bases[slot * k + c] = base
        let log = 0
        for (let n = 0; n <= most; n++) {
          logs[(slot * (most + 1) + n) * k + c] = signs[slot] * log
          log += Math.log(base + n)
        }
      }
    }
  })
  return { logs, bases, signs, most }
}

/** Adds the logarithms of one cell and count to those of the classes. */
export function addRising(
  { logs, bases, signs, most }: Rising,
  slot: number,
  count: number,
  out: Float64Array,
): void {
  const k = out.length
  const at = (slot * (most + 1) + Math.min(count, most)) * k
  for (let c = 0; c < k; c++) out[c] += logs[at + c]
  if (count <= most) return
  for (let c = 0; c < k; c++) {
    const base = bases[slot * k + c]
    out[c] += signs[slot] * (stirling(base + count) - stirling(base + most))
  }
}

/** The logarithm of the gamma function but for a constant, good for large arguments. */
function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + 1 / (12 * x)
}

/**
 * A few steps of Minka's fixed-point iteration for the precision of a Dirichlet compound multinomial with given means
 * ("Estimating a Dirichlet distribution", 2000), from those before.
 */
export function fitConcentrations(
  { k, histogram, most }: ClassSums,
  { compounds }: Layout,
  logCells: Float64Array,
  before: Float64Array | null,
): Float64Array {
  let slot = 0
  const result = new Float64Array(compounds.length * k)
  compounds.forEach(({ first, size }, index) => {
    for (let c = 0; c < k; c++) {
      let all = before?.[index * k + c] ?? FIRST_CONCENTRATION
      for (let step = 0; step < STEPS; step++) {
        let [upper, lower] = [0, 0]
        for (let cell = 0; cell <= size; cell++) {
          const share = cell === size ? 1 : Math.exp(logCells[(first + cell) * k + c])
          const sum = harmonicSum(histogram, (slot + cell) * (most + 1) * k + c, k, all * share, most)
          if (cell === size) lower = sum
          else upper += share * sum
        }
        if (!(lower > 0)) break
        all = Math.min(LARGEST_CONCENTRATION, Math.max(SMALLEST_CONCENTRATION, (all * upper) / lower))
      }
      result[index * k + c] = all
    }
    slot += size + 1
  })
  return result
}

/** Sum over groups of 1 / base + ... + 1 / (base + n - 1), from how many groups have each count n. */
function harmonicSum(
  histogram: Float64Array,
  start: number,
  stride: number,
  base: number,
  most: number,
): number {
  let more = 0
  let sum = 0
  for (let n = most; n > 0; n--) {
    more += histogram[start + n * stride]
    if (more > 0) sum += more / (base + n - 1)
  }
  return sum
}
