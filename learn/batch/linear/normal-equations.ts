import { codedError } from '../../coded-error.ts'

/** A symmetric system of `width` equations that rows add to. */
export interface NormalEquations {
  /** Adds weight * x xᵀ to the matrix, and `target` * x to the right side, for a sparse x with ascending or any indexes. */
  add(indexes: Int32Array, values: Float64Array, count: number, weight: number, target: number): void
  /**
   * The solution after `l2` was added to the diagonal, but for the last coordinate, the intercept. Cholesky's
   * decomposition. Throws SINGULAR when the matrix is not positive definite. Can be called once.
   */
  solve(l2: number): Float64Array
}

export function createNormalEquations(width: number): NormalEquations {
  const matrix = new Float64Array(width * width)
  const right = new Float64Array(width)
  return {
    add(indexes, values, count, weight, target) {
      for (let a = 0; a < count; a++) {
        const i = indexes[a]
        const scaled = weight * values[a]
        right[i] += target * values[a]
        for (let b = 0; b <= a; b++) {
          const j = indexes[b]
          // Only the lower half is kept.
          if (i >= j) matrix[i * width + j] += scaled * values[b]
          else matrix[j * width + i] += scaled * values[b]
        }
      }
    },
    solve(l2) {
      for (let i = 0; i < width - 1; i++) matrix[i * width + i] += l2
      decompose(matrix, width)
      for (let i = 0; i < width; i++) {
        let sum = right[i]
        for (let j = 0; j < i; j++) sum -= matrix[i * width + j] * right[j]
        right[i] = sum / matrix[i * width + i]
      }
      for (let i = width - 1; i >= 0; i--) {
        let sum = right[i]
        for (let j = i + 1; j < width; j++) sum -= matrix[j * width + i] * right[j]
        right[i] = sum / matrix[i * width + i]
      }
      return right
    },
  }
}

/** Into the lower triangle of the same matrix. */
function decompose(matrix: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j]
      for (let m = 0; m < j; m++) sum -= matrix[i * width + m] * matrix[j * width + m]
      if (i !== j) matrix[i * width + j] = sum / matrix[j * width + j]
      else if (sum > 0) matrix[i * width + i] = Math.sqrt(sum)
      else {
        throw codedError(
          'SINGULAR',
          `Coordinate ${i} depends on the others, wanted a larger l2 to tell them apart.`,
        )
      }
    }
  }
}
