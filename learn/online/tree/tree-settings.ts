/** How a Hoeffding tree grows; names and defaults follow River. */
export interface TreeSettings {
  /** Repairs River's defects instead of repeating them. */
  readonly repaired: boolean
  /** Weight a leaf learns between two attempts to split it. */
  readonly gracePeriod: number
  readonly maxDepth: number
  /** Chance of choosing another column than infinitely many examples would. */
  readonly delta: number
  /** Splits on the best column once the Hoeffding bound is below this. */
  readonly tau: number
  readonly criterion: 'info_gain' | 'gini' | 'hellinger'
  /** Majority class, naive Bayes, or whichever of them was right more often. */
  readonly leaf: 'mc' | 'nb' | 'nba'
  /** Weight from which an `nb` leaf uses naive Bayes. */
  readonly nbThreshold: number
  /** Nominal columns are split into one value and the rest only. */
  readonly binarySplit: boolean
  /** A split needs two branches with more than this share of the weight. */
  readonly minBranchFraction: number
  /** A leaf with a larger share of one class is not split (mode river). */
  readonly maxShareToSplit: number
  /** Most bytes of the tree; the least promising leaves stop growing beyond. */
  readonly maxBytes: number
  /** Learned weight between two measurements of the size. */
  readonly memoryPeriod: number
  /** Stops growing for good at the limit. */
  readonly stopAtLimit: boolean
  /** Stops observing columns that are far worse than the best (leaf `mc` only). */
  readonly removePoorColumns: boolean
  /** Not splitting competes with the splits. */
  readonly preprune: boolean
  /** Columns drawn for each leaf to observe; 0 observes all. */
  readonly maxFeatures: number
}
