import type { BatchColumn, Dataset } from '../dataset.ts'
import { categorySlot } from './target-statistics.ts'

/**
 * How trees see a column. `value`: as it is. `set`: slots of categories (0 missing, code + 1, one more for unknown), of
 * which splits send some left. `target`: the number that a table holds for the slot.
 */
export type FeatureKind = 'value' | 'set' | 'target'

export interface PlannedFeature {
  /** Index of the dataset's column. */
  readonly column: number
  readonly kind: FeatureKind
  /** Categories of the column; 0 for numeric ones. */
  readonly categories: number
  /** Of `target` features, one number a slot; else empty. */
  readonly table: Float64Array
}

/** What a feature shows for a value of its column. */
function featureValue({ kind, categories, table }: PlannedFeature, value: number): number {
  if (kind === 'value') return value
  const slot = categorySlot(value, categories)
  return kind === 'set' ? slot : table[slot]
}

/** A row of the dataset as trees see it, into `out` of length `features.length`. */
export function planRow(features: readonly PlannedFeature[], row: Float64Array, out: Float64Array): void {
  for (let f = 0; f < features.length; f++) out[f] = featureValue(features[f], row[features[f].column])
}

/** The same of a whole column, or of some of its rows; not to be written to, since numbers are not copied. */
export function planColumn(feature: PlannedFeature, data: Dataset, from = 0, to = data.rows): Float64Array {
  const values = data.values[feature.column]
  if (feature.kind === 'value' && values instanceof Float64Array) return values.subarray(from, to)
  const out = new Float64Array(to - from)
  for (let i = from; i < to; i++) out[i - from] = featureValue(feature, values[i])
  return out
}

export function categoriesOf({ categories }: BatchColumn): number {
  return categories?.length ?? 0
}
