import type { SplitRules } from './split-candidate.ts'

/** What a leaf answers with. */
export type LeafKind = 'mean' | 'model' | 'adaptive'

/** How a regression tree grows; the meaning of each is told at the parameters of the learner. */
export interface TreeRules extends SplitRules {
  readonly gracePeriod: number
  readonly maxDepth: number
  readonly delta: number
  readonly tau: number
  readonly leaf: LeafKind
  readonly decay: number
  readonly splitter: 'tebst' | 'ebst' | 'qo'
  readonly digits: number
  readonly radius: number
  readonly learningRate: number
  readonly removePoor: boolean
  readonly preprune: boolean
  /** Most bytes of the tree. */
  readonly maxBytes: number
  /** Which columns are nominal. */
  readonly nominal: Uint8Array
  /** Columns that a leaf watches, drawn at random; all if not below their number. */
  readonly maxColumns: number
  /** Columns in the order of their names, in which they are drawn. */
  readonly byName: Int32Array
}
