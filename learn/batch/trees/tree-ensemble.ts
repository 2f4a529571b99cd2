/**
 * Binary decision trees in flat arrays, one entry a node, the nodes of a tree side by side with its root first. Own boosting and
 * LightGBM's models become it; scoring, TreeSHAP, importances and exports read it.
 */
export interface TreeEnsemble {
  /** Width of the rows that trees look at; may exceed the dataset's columns where one column is seen in several ways. */
  readonly features: number
  /** Raw scores a row; tree t adds to output t % outputs. */
  readonly outputs: number
  /** Added once to each output. */
  readonly bias: Float64Array
  /** First node of each tree, and the number of nodes as the last entry. */
  readonly treeStart: Int32Array
  /** Feature that a node splits on; -1 for a leaf. */
  readonly feature: Int32Array
  /** A finite value goes left if it is <= threshold. Infinity is allowed: then only missing values go right, or left. */
  readonly threshold: Float64Array
  /** Where NaN goes: 1 left, 0 right. */
  readonly missingLeft: Uint8Array
  /** Categorical splits: start of the node's set in `categorySets` (left if the code's bit is set; missing, negative and larger codes go
   * right), -1 for numeric splits. */
  readonly setStart: Int32Array
  /** Words of 32 bits in that set. */
  readonly setWords: Int32Array
  readonly categorySets: Uint32Array
  /** Absolute node indices, children after their parent; -1 for a leaf. */
  readonly left: Int32Array
  readonly right: Int32Array
  /** Leaves: what they add. Inner nodes: what they would have added as leaves, where known, else 0. */
  readonly value: Float64Array
  /** Weight of the training rows that came by (LightGBM: counts), which TreeSHAP divides by. */
  readonly cover: Float64Array
  /** Loss reduction of inner nodes, where known. */
  readonly gain: Float64Array
}
