import type { VectorVerifier } from './vector-verifier.ts'
import { verifyArf } from './verify-arf.ts'
import { verifyCatboost } from './verify-catboost.ts'
import { verifyClassification } from './verify-classification.ts'
import { verifyClustering } from './verify-clustering.ts'
import { verifyDrift } from './verify-drift.ts'
import { verifyDbstream } from './verify-dbstream.ts'
import { verifyFeatures } from './verify-features.ts'
import { verifyForestClassifier } from './verify-forest-classifier.ts'
import { verifyForestRegressor } from './verify-forest-regressor.ts'
import { verifyHalfSpaceTrees } from './verify-half-space-trees.ts'
import { verifyHat } from './verify-hat.ts'
import { verifyHtc } from './verify-htc.ts'
import { verifyHtr } from './verify-htr.ts'
import { verifyLightgbm } from './verify-lightgbm.ts'
import { verifyLinear } from './verify-linear.ts'
import { verifyMetricsClassification } from './verify-metrics-classification.ts'
import { verifyMetricsRegression } from './verify-metrics-regression.ts'
import { verifyOnnx } from './verify-onnx.ts'
import { verifyRegression } from './verify-regression.ts'
import { verifyRng } from './verify-rng.ts'
import { verifySilhouette } from './verify-silhouette.ts'
import { verifyStats } from './verify-stats.ts'

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
  { pattern: /^dbstream_.*\.json$/, verify: verifyDbstream },
  { pattern: /^features_.*\.json$/, verify: verifyFeatures },
  { pattern: /^catboost_.*\.vectors\.json$/, verify: verifyCatboost },
  { pattern: /^catboost_.*\.model\.json$/, verify: null },
  { pattern: /^lightgbm_.*\.vectors\.json$/, verify: verifyLightgbm },
  { pattern: /^linear_.*\.json$/, verify: verifyLinear },
  { pattern: /^rng.*\.json$/, verify: verifyRng },
  { pattern: /^drift_.*\.json$/, verify: verifyDrift },
  { pattern: /^stats_.*\.json$/, verify: verifyStats },
  { pattern: /^metrics_classification_.*\.json$/, verify: verifyMetricsClassification },
  { pattern: /^metrics_regression_.*\.json$/, verify: verifyMetricsRegression },
  { pattern: /^hat_.*\.json$/, verify: verifyHat },
  { pattern: /^htc_.*\.json$/, verify: verifyHtc },
  { pattern: /^arf_.*\.json$/, verify: verifyArf },
  { pattern: /^forest_classifier_.*\.json$/, verify: verifyForestClassifier },
  { pattern: /^htr_.*\.json$/, verify: verifyHtr },
  { pattern: /^forest_regressor_.*\.json$/, verify: verifyForestRegressor },
  { pattern: /^half_space_trees_.*\.json$/, verify: verifyHalfSpaceTrees },
  { pattern: /^silhouette_.*\.json$/, verify: verifySilhouette },
  { pattern: /\.onnx$/, verify: verifyOnnx },
  { pattern: /^lightgbm_.*\.txt$/, verify: null },
]
