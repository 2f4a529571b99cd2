import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** Weight, mean and variance of each column in each of two classes. */
export interface Gaussians {
  /** A negative weight takes back what a positive one added. A value that is not finite is ignored. */
  add(column: number, label: 0 | 1, value: number, weight: number): void
  /** Density at a value; 0 as long as the column has not varied. */
  density(column: number, label: 0 | 1, value: number): number
  /** Its logarithm, where a class borrows from the variance of both as long as it has few examples. */
  logDensity(column: number, label: 0 | 1, value: number): number
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Values beyond count as this much, so that their squares stay finite. */
const LARGEST = 1e100
/** Least variance, as a share of the variance over both classes, and the examples that this variance counts as. */
const FLOOR = 1e-6
const BORROWED = 1

/** Welford's recurrence with weights, forwards and backwards; population variances. */
export function createGaussians(width: number, input?: StateReader): Gaussians {
  /** Per column and class: weight, mean, sum of squared deviations. */
  const sums = input ? input.f64s(6 * width) : new Float64Array(6 * width)

  /** Variance over both classes together. */
  function pooled(column: number): number {
    const at = 6 * column
    const [n0, n1] = [sums[at], sums[at + 3]]
    if (n0 + n1 === 0) return 0
    const apart = n0 > 0 && n1 > 0 ? sums[at + 1] - sums[at + 4] : 0
    return (sums[at + 2] + sums[at + 5] + (apart * apart * n0 * n1) / (n0 + n1)) / (n0 + n1)
  }

  return {
    add(column, label, value, weight) {
      if (!Number.isFinite(value)) return
      const x = bounded(value)
      const at = 6 * column + 3 * label
      const n = sums[at] + weight
      if (!(n > 1e-9)) {
        sums.fill(0, at, at + 3)
        return
      }
      const before = x - sums[at + 1]
      sums[at] = n
      sums[at + 1] += (before * weight) / n
      sums[at + 2] = Math.max(0, sums[at + 2] + weight * before * (x - sums[at + 1]))
    },
    density(column, label, value) {
      const at = 6 * column + 3 * label
      const variance = sums[at] > 0 ? sums[at + 2] / sums[at] : 0
      if (!(variance > 0)) return 0
      const z = (bounded(value) - sums[at + 1]) / Math.sqrt(variance)
      return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI * variance)
    },
    logDensity(column, label, value) {
      const at = 6 * column + 3 * label
      const all = pooled(column)
      // Without variation, or without an example of the class, the column says nothing.
      if (!(all > 0) || sums[at] === 0 || sums[6 * column + 3 - 3 * label] === 0) return 0
      const own = (sums[at + 2] + BORROWED * all) / (sums[at] + BORROWED)
      const variance = Math.max(own, FLOOR * all)
      const z = (bounded(value) - sums[at + 1]) / Math.sqrt(variance)
      return -0.5 * z * z - 0.5 * Math.log(variance)
    },
    sizeBytes: () => 8 * sums.length,
    save: out => out.f64s(sums),
  }
}

function bounded(value: number): number {
  return value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value
}
