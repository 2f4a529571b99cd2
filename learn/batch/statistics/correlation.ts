import { kendall, kendallSide } from './kendall.ts'
import { ranks } from './ranks.ts'

export type CorrelationMethod = 'pearson' | 'spearman' | 'kendall' | 'covariance'

/**
 * How two columns move together, over the rows in which both are finite: a coefficient from -1 to 1, or the covariance with n - 1.
 * Null for fewer than two rows, and where a coefficient is asked of a constant column.
 */
export function correlation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  method: CorrelationMethod = 'pearson',
): number | null {
  const [a, b] = finitePairs(x, y)
  switch (method) {
    case 'kendall':
      return kendall(kendallSide(a), kendallSide(b))
    case 'spearman':
      return pearson(ranks(a), ranks(b))
    case 'covariance':
      return a.length < 2 ? null : moments(a, b).xy / (a.length - 1)
    default:
      return pearson(a, b)
  }
}

/** The coefficient for each pair of columns; what a rank needs is made once a column where none has missing values. */
export function correlationMatrix(
  columns: readonly ArrayLike<number>[],
  method: CorrelationMethod = 'pearson',
): (number | null)[][] {
  const matrix = columns.map(() => new Array<number | null>(columns.length).fill(null))
  const of = coefficients(columns, method)
  for (let i = 0; i < columns.length; i++) {
    for (let j = i; j < columns.length; j++) matrix[i][j] = matrix[j][i] = of(i, j)
  }
  return matrix
}

function coefficients(columns: readonly ArrayLike<number>[], method: CorrelationMethod) {
  if (columns.every(isFiniteColumn)) {
    if (method === 'kendall') {
      const sides = columns.map(kendallSide)
      return (i: number, j: number) => kendall(sides[i], sides[j])
    }
    if (method === 'spearman') {
      const ranked = columns.map(column => ranks(column))
      return (i: number, j: number) => pearson(ranked[i], ranked[j])
    }
  }
  return (i: number, j: number) => correlation(columns[i], columns[j], method)
}

function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const { xx, yy, xy } = moments(a, b)
  if (!(xx > 0 && yy > 0)) return null
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)))
}

/** Sums of squares and products about the means, in two passes. */
function moments(a: ArrayLike<number>, b: ArrayLike<number>): { xx: number; yy: number; xy: number } {
  const size = a.length
  let meanA = 0
  let meanB = 0
  for (let i = 0; i < size; i++) {
    meanA += (a[i] - meanA) / (i + 1)
    meanB += (b[i] - meanB) / (i + 1)
  }
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < size; i++) {
    const da = a[i] - meanA
    const db = b[i] - meanB
    xx += da * da
    yy += db * db
    xy += da * db
  }
  // A constant column leaves what rounding its mean has left.
  const noiseA = (Math.abs(meanA) * 1e-13) ** 2 * size
  const noiseB = (Math.abs(meanB) * 1e-13) ** 2 * size
  return { xx: xx <= noiseA ? 0 : xx, yy: yy <= noiseB ? 0 : yy, xy }
}

function isFiniteColumn(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

function finitePairs(x: ArrayLike<number>, y: ArrayLike<number>): [ArrayLike<number>, ArrayLike<number>] {
  if (isFiniteColumn(x) && isFiniteColumn(y)) return [x, y]
  const a = new Float64Array(x.length)
  const b = new Float64Array(x.length)
  let size = 0
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue
    a[size] = x[i]
    b[size++] = y[i]
  }
  return [a.subarray(0, size), b.subarray(0, size)]
}
