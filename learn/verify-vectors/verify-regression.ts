import { predictionError } from '../batch/evaluation/prediction-error.ts'
import { regressionScores } from '../batch/evaluation/regression-scores.ts'
import { residuals } from '../batch/evaluation/residuals.ts'
import { balancedBinning } from '../batch/statistics/balanced-binning.ts'
import { qqPlot } from '../batch/statistics/qq-plot.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

/** Our names for scikit-learn's. */
const SCORES = {
  mean_absolute_error: 'mae',
  mean_squared_error: 'mse',
  root_mean_squared_error: 'rmse',
  r2_score: 'r2',
  median_absolute_error: 'medianAbsoluteError',
  max_error: 'maxError',
  explained_variance_score: 'explainedVariance',
  mean_absolute_percentage_error: 'mape',
  symmetric_mean_absolute_percentage_error: 'smape',
  d2_absolute_error_score: 'd2AbsoluteError',
  d2_pinball_score: 'd2Pinball',
  d2_tweedie_score: 'd2Tweedie',
} as const

interface RegressionVectors {
  input: { y: number[]; pred: number[] }
  expected: {
    scores: Record<string, number>
    residual_hist: { counts: number[]; edges: number[] }
    bestfit: { slope: number; intercept: number }
    qq: { theoretical: number[]; ordered: number[]; slope: number; intercept: number; r: number }
    balanced_bins_10: number[]
  }
  tolerance: number
}

/** Scores and residuals of a regression against those of scikit-learn and SciPy. */
export const verifyRegression: VectorVerifier = ({ bytes }) => {
  const { input, expected, tolerance } = jsonOf<RegressionVectors>(bytes)
  const rows = { labels: input.y, predictions: input.pred }
  const comparison = createComparison()
  const same = (path: string, actual: unknown, wanted: unknown) =>
    comparison.same(path, actual, wanted, tolerance)

  const scores = regressionScores(rows)
  for (const [name, ours] of Object.entries(SCORES))
    same(`scores.${name}`, scores[ours], expected.scores[name])
  const { hist } = residuals({ test: rows, bins: 30 })
  same('residual_hist.counts', hist.test, expected.residual_hist.counts)
  same('residual_hist.edges', hist.edges, expected.residual_hist.edges)
  const { bestFit } = predictionError(rows)
  same('bestfit.slope', bestFit?.slope, expected.bestfit.slope)
  same('bestfit.intercept', bestFit?.intercept, expected.bestfit.intercept)
  const differences = input.y.map((label, i) => label - input.pred[i])
  const qq = qqPlot(differences, { maxPoints: Infinity })
  for (const name of ['theoretical', 'ordered', 'slope', 'intercept', 'r'] as const) {
    same(`qq.${name}`, qq[name], expected.qq[name])
  }
  same('balanced_bins_10', balancedBinning(input.y, 10).edges, expected.balanced_bins_10)
  return comparison.verdict
}
