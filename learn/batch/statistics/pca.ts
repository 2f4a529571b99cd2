import { symmetricEigen } from './symmetric-eigen.ts'

export interface Pca {
  /** One a component, most variance first; entries by column, the largest of them positive. */
  components: Float64Array[]
  explainedVariance: number[]
  explainedVarianceRatio: number[]
  cumulative: number[]
  /** How many components explain 95 % of the variance. */
  nFor95: number
  /** Coordinates of the rows on the first `count` components: one array each. */
  project(columns: readonly ArrayLike<number>[], count?: number): Float64Array[]
}

/**
 * Principal components of columns that are brought to mean 0 and, with `scale`, to deviation 1 (with n). Missing values count as
 * the mean, so they pull nothing; constant columns as 0. All ratios are 0 if nothing varies.
 */
export function pca(columns: readonly ArrayLike<number>[], { scale = true }: { scale?: boolean } = {}): Pca {
  const width = columns.length
  const rows = columns[0]?.length ?? 0
  const moments = columns.map(column => momentsOf(column, scale))
  const centred = columns.map((column, c) => standardise(column, moments[c]))
  const covariance = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      const product = dot(centred[i], centred[j]) / Math.max(1, rows - 1)
      covariance[i * width + j] = covariance[j * width + i] = product
    }
  }
  const { values, vectors } = symmetricEigen(covariance, width)
  const explainedVariance = Array.from(values, value => Math.max(0, value))
  const total = explainedVariance.reduce((sum, value) => sum + value, 0)
  const explainedVarianceRatio = explainedVariance.map(value => (total > 0 ? value / total : 0))
  let sum = 0
  const cumulative = explainedVarianceRatio.map(ratio => (sum += ratio))
  return {
    components: vectors,
    explainedVariance,
    explainedVarianceRatio,
    cumulative,
    // What rounding has taken from the sum must not ask for one more component.
    nFor95: total > 0 ? cumulative.findIndex(value => value >= 0.95 - 1e-12) + 1 : 0,
    project(given, count = 2) {
      const ready = given.map((column, c) => standardise(column, moments[c]))
      return vectors.slice(0, count).map(vector => {
        const out = new Float64Array(given[0]?.length ?? 0)
        ready.forEach((column, c) => {
          const weight = vector[c]
          for (let i = 0; i < out.length; i++) out[i] += weight * column[i]
        })
        return out
      })
    },
  }
}

interface Moments {
  mean: number
  scale: number
}

function momentsOf(values: ArrayLike<number>, scale: boolean): Moments {
  let mean = 0
  let known = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (!Number.isFinite(value)) continue
    known++
    const before = value - mean
    mean += before / known
    squares += before * (value - mean)
  }
  const deviation = Math.sqrt(squares / Math.max(1, known))
  const isConstant = deviation <= Math.abs(mean) * 1e-13
  return { mean, scale: isConstant ? 0 : scale ? 1 / deviation : 1 }
}

function standardise(values: ArrayLike<number>, { mean, scale }: Moments): Float64Array {
  const out = new Float64Array(values.length)
  for (let i = 0; i < out.length; i++) if (Number.isFinite(values[i])) out[i] = (values[i] - mean) * scale
  return out
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
