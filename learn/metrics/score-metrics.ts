import { ROLLING_MS, ROLLING_SIZE } from './catalogue.ts'
import { createMean } from './mean.ts'
import { createMeanMetric, createRateMetric } from './mean-metric.ts'
import type { ClassificationObservation, Metric } from './metric.ts'
import { createRocAuc } from './roc-auc.ts'
import { createRollingMean } from './rolling-mean.ts'
import type { SavedState } from './saved-state.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

type Create = (from?: SavedState) => Metric<ClassificationObservation>

/** A probability of exactly 0 for what happened would cost infinitely much. */
const CLAMP = 1e-15

/** Classification metrics that are updated one observation after the other. */
export const scoreMetrics = {
  rocAuc: (from?: SavedState) => createRocAuc(from),
  logLoss: (from?: SavedState) => createMeanMetric(createMean(from), logLoss),
  brierScore: (from?: SavedState) => createMeanMetric(createMean(from), brier),
  rollingLogLoss: (from?: SavedState) => createMeanMetric(createRollingMean(ROLLING_SIZE, from), logLoss),
  rollingAccuracy: (from?: SavedState) => createRateMetric(createRollingMean(ROLLING_SIZE, from), isRight),
  timeRollingLogLoss: (from?: SavedState) =>
    createMeanMetric(createTimeRollingMean(ROLLING_MS, from), logLoss),
  timeRollingAccuracy: (from?: SavedState) =>
    createRateMetric(createTimeRollingMean(ROLLING_MS, from), isRight),
  timeRollingRecall: (from?: SavedState) =>
    createRateMetric(createTimeRollingMean(ROLLING_MS, from), isFound),
  timeRollingPrecision: (from?: SavedState) =>
    createRateMetric(createTimeRollingMean(ROLLING_MS, from), isJust),
} as const satisfies Record<string, Create>

function logLoss({ label, score }: ClassificationObservation): number {
  if (!(score - score === 0)) return Number.NaN
  const probability = score < CLAMP ? CLAMP : score > 1 - CLAMP ? 1 - CLAMP : score
  return -Math.log(label === 1 ? probability : 1 - probability)
}

function brier({ label, score }: ClassificationObservation): number {
  return (score - label) * (score - label)
}

function isRight({ label, flagged }: ClassificationObservation): number {
  return flagged === (label === 1) ? 1 : 0
}

/** Only positives count. */
function isFound({ label, flagged }: ClassificationObservation): number {
  return label === 0 ? Number.NaN : flagged ? 1 : 0
}

/** Only what was flagged counts. */
function isJust({ label, flagged }: ClassificationObservation): number {
  return flagged ? label : Number.NaN
}
