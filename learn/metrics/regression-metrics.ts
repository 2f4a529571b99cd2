import { ROLLING_MS, ROLLING_SIZE, type MetricNameOf } from './catalogue.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { Metric, RegressionObservation } from './metric.ts'
import { createR2 } from './r2.ts'
import { createRollingMean } from './rolling-mean.ts'
import type { SavedState } from './saved-state.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

type Create = (from?: SavedState) => Metric<RegressionObservation>

/** ln(1 + x) ends at -1; predictions there or below count as just above it. */
const LOG_FLOOR = -1 + 1e-9

export const regressionMetrics = {
  mae: (from?: SavedState) => createMeanMetric(createMean(from), absoluteError),
  mse: (from?: SavedState) => createMeanMetric(createMean(from), squaredError),
  rmse: (from?: SavedState) => createMeanMetric(createMean(from), squaredError, Math.sqrt),
  mape: (from?: SavedState) => createMeanMetric(createMean(from), relativeError, mean => 100 * mean),
  smape: (from?: SavedState) => createMeanMetric(createMean(from), symmetricError, mean => 100 * mean),
  r2: (from?: SavedState) => createR2(from),
  rmsle: (from?: SavedState) => createMeanMetric(createMean(from), squaredLogError, Math.sqrt),
  rollingMae: (from?: SavedState) => createMeanMetric(createRollingMean(ROLLING_SIZE, from), absoluteError),
  // A sum of squares that is updated in place may end a hair below zero.
  rollingRmse: (from?: SavedState) =>
    createMeanMetric(createRollingMean(ROLLING_SIZE, from), squaredError, mean =>
      Math.sqrt(Math.max(0, mean)),
    ),
  timeRollingMae: (from?: SavedState) =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, from), absoluteError),
  timeRollingRmse: (from?: SavedState) =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, from), squaredError, mean =>
      Math.sqrt(Math.max(0, mean)),
    ),
  bias: (from?: SavedState) => createMeanMetric(createMean(from), error),
  pinball: (from?: SavedState) => createMeanMetric(createMean(from), pinball),
  winklerScore: (from?: SavedState) => createMeanMetric(createMean(from), winkler),
  intervalCoverage: (from?: SavedState) => createMeanMetric(createMean(from), isCovered),
  intervalWidth: (from?: SavedState) => createMeanMetric(createMean(from), width),
  rollingWinklerScore: (from?: SavedState) =>
    createMeanMetric(createRollingMean(ROLLING_SIZE, from), winkler),
  rollingIntervalCoverage: (from?: SavedState) =>
    createMeanMetric(createRollingMean(ROLLING_SIZE, from), isCovered),
  timeRollingIntervalCoverage: (from?: SavedState) =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, from), isCovered),
} as const satisfies Record<MetricNameOf<'regression'>, Create>

function error({ label, score }: RegressionObservation): number {
  return score - label
}

/** Koenker and Bassett 1978. */
function pinball({ label, score, quantile = 0.5 }: RegressionObservation): number {
  const rest = label - score
  return rest < 0 ? (quantile - 1) * rest : quantile * rest
}

/** Winkler 1972: width plus what the label lies outside, at the rate 2 / (1 - level). NaN without an interval. */
function winkler({
  label,
  lower = Number.NaN,
  upper = Number.NaN,
  level = Number.NaN,
}: RegressionObservation): number {
  const outside = label < lower ? lower - label : label > upper ? label - upper : 0
  return label - label === 0 ? upper - lower + (2 / (1 - level)) * outside : Number.NaN
}

function isCovered({ label, lower = Number.NaN, upper = Number.NaN }: RegressionObservation): number {
  if (!(label - label === 0) || Number.isNaN(lower + upper)) return Number.NaN
  return label >= lower && label <= upper ? 1 : 0
}

function width({ label, lower = Number.NaN, upper = Number.NaN }: RegressionObservation): number {
  return label - label === 0 ? upper - lower : Number.NaN
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
