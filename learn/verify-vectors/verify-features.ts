import { binnedMutualInformation } from '../batch/statistics/binned-mutual-information.ts'
import { correlation, correlationMatrix } from '../batch/statistics/correlation.ts'
import { mutualInformation } from '../batch/statistics/mutual-information.ts'
import { pca } from '../batch/statistics/pca.ts'
import { shapiroWilk } from '../batch/statistics/shapiro-wilk.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface FeatureVectors {
  input: { X: number[][]; y_class: number[]; y_reg: number[]; discrete: boolean[] }
  expected: {
    pearson: number[][]
    spearman: number[][]
    kendall: number[][]
    covariance: number[][]
    target_pearson_class: number[]
    target_pearson_reg: number[]
    shapiro_w: number[]
    mi_classif_knn3_rs42: number[]
    mi_regression_knn3_rs42: number[]
    mi_classif_binned10: number[]
    pca: { explained_variance_ratio: number[]; components_sign_normalised: number[][] }
  }
  tolerance: { default: number; shapiro_w: number; mi_knn: number }
}

/** Correlations, information and components of features against SciPy and scikit-learn. */
export const verifyFeatures: VectorVerifier = ({ bytes }) => {
  const { input, expected, tolerance } = jsonOf<FeatureVectors>(bytes)
  const { discrete, y_class: classes, y_reg: values } = input
  const columns = discrete.map((_, column) => Float64Array.from(input.X, row => row[column]))
  const { same, verdict } = comparisonOf()

  for (const method of ['pearson', 'spearman', 'kendall', 'covariance'] as const) {
    same(method, correlationMatrix(columns, method), expected[method])
  }
  same(
    'target_pearson_class',
    columns.map(x => correlation(x, classes)),
    expected.target_pearson_class,
  )
  same(
    'target_pearson_reg',
    columns.map(x => correlation(x, values)),
    expected.target_pearson_reg,
  )
  same(
    'shapiro_w',
    columns.map(x => shapiroWilk(x)),
    expected.shapiro_w,
    tolerance.shapiro_w,
  )
  same(
    'mi_classif_knn3_rs42',
    columns.map((x, i) => mutualInformation({ x, y: classes, xDiscrete: discrete[i], yDiscrete: true })),
    expected.mi_classif_knn3_rs42,
    tolerance.mi_knn,
  )
  same(
    'mi_regression_knn3_rs42',
    columns.map((x, i) => mutualInformation({ x, y: values, xDiscrete: discrete[i] })),
    expected.mi_regression_knn3_rs42,
    tolerance.mi_knn,
  )
  same(
    'mi_classif_binned10',
    columns.map(x => binnedMutualInformation({ x, y: classes, yDiscrete: true })),
    expected.mi_classif_binned10,
  )
  const { components, explainedVarianceRatio } = pca(columns)
  same('pca.explained_variance_ratio', explainedVarianceRatio, expected.pca.explained_variance_ratio)
  same('pca.components_sign_normalised', components, expected.pca.components_sign_normalised)
  return verdict()

  function comparisonOf() {
    const comparison = createComparison()
    return {
      same: (path: string, actual: unknown, wanted: unknown, allowed = tolerance.default) =>
        comparison.same(path, actual, wanted, allowed),
      verdict: () => comparison.verdict,
    }
  }
}
