import type { VectorVerifier } from './vector-verifier.ts'
import { verifyCatboost } from './verify-catboost.ts'
import { verifyClassification } from './verify-classification.ts'
import { verifyClustering } from './verify-clustering.ts'
import { verifyFeatures } from './verify-features.ts'
import { verifyLightgbm } from './verify-lightgbm.ts'
import { verifyOnnx } from './verify-onnx.ts'
import { verifyRegression } from './verify-regression.ts'

interface VectorKind {
  /** Names of its files. */
  readonly pattern: RegExp
  /** Null for what other files refer to, which is verified with them. */
  readonly verify: VectorVerifier | null
}

/** What files of reference values can be verified; the first pattern that fits a name decides. */
export const VECTOR_KINDS: readonly VectorKind[] = [
  { pattern: /^classification_.*\.json$/, verify: verifyClassification },
  { pattern: /^regression_.*\.json$/, verify: verifyRegression },
  { pattern: /^clustering_.*\.json$/, verify: verifyClustering },
  { pattern: /^features_.*\.json$/, verify: verifyFeatures },
  { pattern: /^catboost_.*\.vectors\.json$/, verify: verifyCatboost },
  { pattern: /^catboost_.*\.model\.json$/, verify: null },
  { pattern: /^lightgbm_.*\.vectors\.json$/, verify: verifyLightgbm },
  { pattern: /\.onnx$/, verify: verifyOnnx },
  { pattern: /^lightgbm_.*\.txt$/, verify: null },
]
