import type { TreeEnsemble } from '../../trees/tree-ensemble.ts'
import type { LightgbmLink } from './lightgbm-link.ts'

/** A model as LightGBM wrote it. Rows hold numbers; categories are their integers. */
export interface LightgbmModel {
  readonly ensemble: TreeEnsemble
  readonly featureNames: readonly string[]
  /** Such as `binary sigmoid:1`; empty for a custom one. */
  readonly objective: string
  readonly link: LightgbmLink
  /** 1 for features whose zeros count as missing (`zero_as_missing`); the ensemble wants NaN in their place. */
  readonly zeroIsMissing: Uint8Array
  /** 1 for features with categorical splits. */
  readonly categorical: Uint8Array
  /** LightGBM's number of a leaf within its tree, by node of the ensemble; -1 for inner nodes. */
  readonly leafIndex: Int32Array
}
