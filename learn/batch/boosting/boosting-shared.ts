/**
 * What the threads of one training share, all of it over SharedArrayBuffers but for `settings`. Rows are those of the training part;
 * a slot of a feature is an interval of its values or a category, at most 256.
 */
export interface BoostingShared {
  readonly rows: number
  readonly features: number
  readonly settings: SplitSettings
  /** See `CONTROL`. */
  readonly control: Int32Array
  /** Slots, all rows of feature 0 first. */
  readonly bins: Uint8Array
  /** Number of slots of each feature. The last holds missing values; of sets, unknown categories. */
  readonly slots: Int32Array
  /** See `SPLIT_KIND`. */
  readonly kinds: Uint8Array
  /** Where a feature's slots begin in a histogram; the length of a histogram as the last entry. */
  readonly histogramStart: Int32Array
  /** Histograms: for each slot the sums of gradients and hessians and the number of rows. */
  readonly histograms: Float64Array
  /** Row numbers; each node of the tree has a stretch of its own. */
  readonly order: Int32Array
  /** Gradients and hessians in the same order. */
  readonly gradient: Float64Array
  readonly hessian: Float64Array
  /** Features that the tree may split on. */
  readonly active: Int32Array
  /** See `JOB`. */
  readonly jobs: Int32Array
  /** Gradient, hessian and rows of a job's two nodes: `totals[(job * 2 + side) * 3 + i]`. */
  readonly totals: Float64Array
  /** Best split of node by feature, see `FOUND`: `found[((job * 2 + side) * features + feature) * FOUND.length]`. */
  readonly found: Float64Array
  /** Slots that go left in the best split into sets, 256 bits a (node, feature). */
  readonly foundSets: Int32Array
}

export interface SplitSettings {
  readonly l2: number
  readonly setL2: number
  readonly minLeafRows: number
  readonly minHessian: number
  readonly minGain: number
  /** All hessians are 1: histograms need not add them up. */
  readonly constantHessian: boolean
}

/** Indices into `control`. */
export const CONTROL = {
  /** Goes up with each piece of work. */
  generation: 0,
  /** Helpers that are at it; -1 while there is nothing to do. */
  inside: 1,
  /** Next two entries of `active` to be taken: 1 stands for the third and fourth. */
  ticket: 2,
  jobs: 3,
  features: 4,
  /** Not 0: helpers go home. */
  end: 5,
  length: 16,
} as const

/** Fields of a job: sum up the rows of one node; its sibling's histogram is what remains of the parent's. */
export const JOB = {
  /** Index of the histogram to fill. */
  fill: 0,
  from: 1,
  to: 2,
  /** Index of the parent's histogram, which becomes the sibling's; -1 for a root. */
  parent: 3,
  length: 4,
} as const

export const SPLIT_KIND = { numeric: 0, oneHot: 1, set: 2 } as const

/** Fields of a split. Gain is negative where there is none. */
export const FOUND = {
  gain: 0,
  /** Last slot that goes left, of numeric features. */
  slot: 1,
  missingLeft: 2,
  gradientLeft: 3,
  hessianLeft: 4,
  rowsLeft: 5,
  length: 6,
} as const

export const SET_WORDS = 8
