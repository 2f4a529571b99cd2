import { codedError } from '../../coded-error.ts'

export interface SymmetricEigen {
  /** Descending. */
  values: Float64Array
  /** One a row, of length 1, in the order of the values; the entry of largest size is positive, so that the sign is settled. */
  vectors: Float64Array[]
}

const SWEEPS = 60

/**
 * All eigenvalues of a symmetric matrix, `size * size` row by row, by Jacobi's rotations (Golub and Van Loan 2013, 8.5). Meant for up to
 * some hundred columns: O(size³) a sweep, and few sweeps.
 * @throws `NOT_FINITE` if the matrix holds NaN or infinities.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  if (!matrix.every(Number.isFinite)) {
    throw codedError('NOT_FINITE', 'A matrix with NaN or infinities given, finite numbers wanted.')
  }
  const a = matrix.slice()
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  for (let sweep = 0; sweep < SWEEPS && !isDiagonal(a, size); sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q)
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i])
  return {
    values: Float64Array.from(order, i => a[i * size + i]),
    vectors: order.map(i => positive(v.slice(i * size, (i + 1) * size))),
  }
}

/** Nothing beside the diagonal is felt by any value on it. */
function isDiagonal(a: Float64Array, size: number): boolean {
  let beside = 0
  let on = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j) on += a[i * size + j] ** 2
      else beside += a[i * size + j] ** 2
    }
  }
  return beside <= 1e-34 * on
}

/** Makes a[p][q] zero; the rows of v follow. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q]
  if (apq === 0) return
  const tau = (a[q * size + q] - a[p * size + p]) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  for (let k = 0; k < size; k++) {
    const kp = a[k * size + p]
    const kq = a[k * size + q]
    a[k * size + p] = c * kp - s * kq
    a[k * size + q] = s * kp + c * kq
  }
  for (let k = 0; k < size; k++) {
    const pk = a[p * size + k]
    const qk = a[q * size + k]
    a[p * size + k] = c * pk - s * qk
    a[q * size + k] = s * pk + c * qk
    const vp = v[p * size + k]
    const vq = v[q * size + k]
    v[p * size + k] = c * vp - s * vq
    v[q * size + k] = s * vp + c * vq
  }
}

function positive(vector: Float64Array): Float64Array {
  let largest = 0
  for (let i = 1; i < vector.length; i++) if (Math.abs(vector[i]) > Math.abs(vector[largest])) largest = i
  return vector[largest] < 0 ? vector.map(value => -value + 0) : vector
}
