/** A model of CatBoost with symmetric trees, ready to score rows. `columns` are flat feature indices. */
export interface CatboostModel {
  /** Width of the rows that it looks at: the largest flat index + 1. */
  readonly width: number
  /** Raw scores a row. */
  readonly outputs: number
  readonly floats: readonly CatboostFloat[]
  /** Flat index of each categorical feature. */
  readonly categoricals: Int32Array
  /** Categories (by hash) that splits ask for one by one. */
  readonly oneHots: readonly { readonly categorical: number; readonly hash: number }[]
  readonly tables: readonly CtrTable[]
  readonly ctrs: readonly CatboostCtr[]
  /** Of each tree. */
  readonly depths: Uint8Array
  /**
   * Splits of all trees, one after another, each a slot and the index of a border. Slots are the float features, then one-hots, then ctrs;
   * a row falls into bin n of a slot if it is above n of its borders, or into bin 1 of a one-hot; the bit is `bin > border`.
   */
  readonly splitSlot: Int32Array
  readonly splitBorder: Int32Array
  /** For each tree `2 ** depth * outputs`, by leaf; bit i of a leaf's index is split i. */
  readonly leafValues: Float64Array
  readonly leafWeights: Float64Array
  readonly scale: number
  /** One an output. */
  readonly bias: Float64Array
  /** What turns raw scores into predictions. */
  readonly link: CatboostLink
}

export const CATBOOST_LINKS = ['identity', 'logistic', 'softmax', 'exponential'] as const
export type CatboostLink = (typeof CATBOOST_LINKS)[number]

export interface CatboostFloat {
  readonly column: number
  /** Ascending, rounded to 32 bits. */
  readonly borders: Float64Array
  /** What a missing value counts as: below or above all borders. */
  readonly missing: 'below' | 'above'
}

export const CTR_TYPES = [
  'Borders',
  'Buckets',
  'BinarizedTargetMeanValue',
  'FloatTargetMeanValue',
  'Counter',
  'FeatureFreq',
] as const
export type CtrType = (typeof CTR_TYPES)[number]

/** A statistic of the target (or of counts) that a combination of features is replaced by. */
export interface CatboostCtr {
  readonly type: CtrType
  /** Index of its table. */
  readonly table: number
  readonly target: number
  readonly priorNumerator: number
  readonly priorDenominator: number
  readonly shift: number
  readonly scale: number
  readonly borders: Float64Array
}

/** `category`: its hash; `above`: 1 if a float feature is above `value`; `equal`: 1 if a category's hash is `value`. */
export const CTR_ELEMENTS = ['category', 'above', 'equal'] as const

export interface CtrElement {
  readonly kind: (typeof CTR_ELEMENTS)[number]
  /** Index among the categorical or the float features. */
  readonly feature: number
  readonly value: number
}

/** What training counted for each combination of values. */
export interface CtrTable {
  readonly elements: readonly CtrElement[]
  /** Low and high halves of the combinations' 64-bit hashes. */
  readonly low: Uint32Array
  readonly high: Uint32Array
  /** Numbers an entry. */
  readonly stride: number
  /** Counts a class, or sum and count, or count; `stride` an entry. */
  readonly counts: Float64Array
  /** For counters. */
  readonly denominator: number
}
