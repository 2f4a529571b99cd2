import type { StateReader } from '../state/reader.ts'
import { ROLLING_MS, ROLLING_SIZE, type MetricNameOf } from './catalogue.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { Metric, RegressionObservation } from './metric.ts'
import { createR2 } from './r2.ts'
import { createRollingMean } from './rolling-mean.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

type Create = (input?: StateReader) => Metric<RegressionObservation>

/** ln(1 + x) ends at -1; predictions there or below count as just above it. */
const LOG_FLOOR = -1 + 1e-9

export const regressionMetrics: Readonly<Record<MetricNameOf<'regression'>, Create>> = {
  mae: input => createMeanMetric(createMean(input), absoluteError),
  mse: input => createMeanMetric(createMean(input), squaredError),
  rmse: input => createMeanMetric(createMean(input), squaredError, Math.sqrt),
  mape: input => createMeanMetric(createMean(input), relativeError, mean => 100 * mean),
  smape: input => createMeanMetric(createMean(input), symmetricError, mean => 100 * mean),
  r2: input => createR2(input),
  rmsle: input => createMeanMetric(createMean(input), squaredLogError, Math.sqrt),
  rollingMae: input => createMeanMetric(createRollingMean(ROLLING_SIZE, input), absoluteError),
  // A sum of squares that is updated in place may end a hair below zero.
  rollingRmse: input =>
    createMeanMetric(createRollingMean(ROLLING_SIZE, input), squaredError, mean =>
      Math.sqrt(Math.max(0, mean)),
    ),
  timeRollingMae: input => createMeanMetric(createTimeRollingMean(ROLLING_MS, input), absoluteError),
}

function absoluteError({ label, score }: RegressionObservation): number {
  return Math.abs(label - score)
}

function squaredError({ label, score }: RegressionObservation): number {
  return (label - score) * (label - score)
}

function relativeError({ label, score }: RegressionObservation): number {
  return label === 0 ? 0 : Math.abs((label - score) / label)
}

function symmetricError({ label, score }: RegressionObservation): number {
  const scale = Math.abs(label) + Math.abs(score)
  return scale === 0 ? 0 : (2 * Math.abs(label - score)) / scale
}

function squaredLogError({ label, score }: RegressionObservation): number {
  if (!(score - score === 0)) return Number.NaN
  const error = Math.log1p(Math.max(label, LOG_FLOOR)) - Math.log1p(Math.max(score, LOG_FLOOR))
  return error * error
}
