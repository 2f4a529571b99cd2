import type { BatchColumn } from '../../dataset.ts'
import type { CatboostModel } from './catboost-model.ts'
import { categoryHash, MISSING_CATEGORY, UNKNOWN_CATEGORY } from './category-hash.ts'

/**
 * Turns rows into the hashes of their categorical features, one a feature of the model; the array is used again by the next call.
 * Categorical features over a numeric column hash the decimal text of its numbers, as CatBoost does with integers.
 */
export function createColumnHashes(
  { categoricals }: CatboostModel,
  columns: readonly BatchColumn[],
): (row: Float64Array) => Int32Array {
  const hashes = new Int32Array(categoricals.length)
  const missing = categoryHash(MISSING_CATEGORY)
  const unknown = categoryHash(UNKNOWN_CATEGORY)
  const ofCode = Array.from(categoricals, column => {
    const { kind, categories = [] } = columns[column]
    return kind === 'nominal' ? Int32Array.from(categories, categoryHash) : null
  })

  return row => {
    for (let i = 0; i < hashes.length; i++) {
      const value = row[categoricals[i]]
      const known = ofCode[i]
      if (known) hashes[i] = value >= 0 ? (known[value] ?? unknown) : missing
      else hashes[i] = value === value ? categoryHash(value) : missing
    }
    return hashes
  }
}
