import type { SparseRow } from '../sparse-rls.ts'

/** weights . row; inputs without a weight count 0. */
export function dot(weights: Float64Array, { length, indices, values }: SparseRow): number {
  let sum = 0
  for (let j = 0; j < length; j++) if (indices[j] < weights.length) sum += weights[indices[j]] * values[j]
  return sum
}
