import { createMeanMetric } from '../metrics/mean-metric.ts'
import type { Metric, RegressionObservation } from '../metrics/metric.ts'
import { regressionMetrics } from '../metrics/regression-metrics.ts'
import { createRollingMean } from '../metrics/rolling-mean.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface MetricVectors {
  y_true: number[]
  y_pred: number[]
  /** Seconds, some of them late. */
  t: number[]
  checkpoints: { n: number; values: Record<string, number> }[]
}

/** Regression metrics against River's, late events included. */
export const verifyMetricsRegression: VectorVerifier = ({ bytes }) => {
  const { y_true, y_pred, t, checkpoints } = jsonOf<MetricVectors>(bytes)
  const comparison = createComparison()
  const rolling = (power: number, finish?: (mean: number) => number) =>
    createMeanMetric<RegressionObservation>(
      createRollingMean(100),
      ({ label, score }) => Math.abs(label - score) ** power,
      finish,
    )
  const metrics: Record<string, Metric<RegressionObservation>> = {
    MAE: regressionMetrics.mae(),
    RMSE: regressionMetrics.rmse(),
    MAPE: regressionMetrics.mape(),
    R2: regressionMetrics.r2(),
    SMAPE: regressionMetrics.smape(),
    MSE: regressionMetrics.mse(),
    RMSLE: regressionMetrics.rmsle(),
    RollingMAE100: rolling(1),
    RollingRMSE100: rolling(2, Math.sqrt),
    TimeRollingMAE5min: regressionMetrics.timeRollingMae(),
  }
  let row = 0
  for (const { n, values } of checkpoints) {
    for (; row < n; row++) {
      const observation = { label: y_true[row], score: y_pred[row], timeMs: 1000 * t[row] }
      for (const metric of Object.values(metrics)) metric.update(observation)
    }
    for (const [name, wanted] of Object.entries(values))
      comparison.same(`${name} after ${n}`, metrics[name]?.value(), wanted, 1e-9)
  }
  return comparison.verdict
}
