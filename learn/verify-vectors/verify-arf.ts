import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'
import { type ArfClassifierVectors, verifyArfClassifier } from './verify-arf-classifier.ts'
import { type ArfRegressorVectors, verifyArfRegressor } from './verify-arf-regressor.ts'

/** Adaptive random forests, the classifiers and the regressors, against River's. */
export const verifyArf: VectorVerifier = ({ bytes }) => {
  const vectors = jsonOf<ArfClassifierVectors & ArfRegressorVectors>(bytes)
  const comparison = createComparison()
  verifyArfClassifier(comparison, vectors)
  verifyArfRegressor(vectors, comparison)
  return comparison.verdict
}
