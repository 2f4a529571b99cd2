import { codedError } from '../../coded-error.ts'
import { argsort } from '../statistics/argsort.ts'
import { createSum } from '../statistics/sum.ts'
import { percentiles } from '../statistics/percentiles.ts'

/** By the names of the catalogue of batch metrics, in the unit of the label; null where one is not defined on these rows. Never NaN. */
export interface RegressionScores {
  mae: number | null
  mse: number | null
  rmse: number | null
  r2: number | null
  medianAbsoluteError: number | null
  maxError: number | null
  explainedVariance: number | null
  /** Per cent, over the rows whose label is not zero. */
  mape: number | null
  /** Per cent; a row of label and prediction zero has no error. */
  smape: number | null
  d2AbsoluteError: number | null
  d2Pinball: number | null
  d2Tweedie: number | null
}

export interface PredictedRows {
  labels: ArrayLike<number>
  predictions: ArrayLike<number>
  weights?: ArrayLike<number> | undefined
}

/**
 * All scores of a regression on a test set. D² compares with the best constant: the median (absolute error, pinball at 0.5) or the
 * mean (Tweedie of power 0). Weights count everywhere but in the median absolute error and the largest error.
 * @throws `INVALID_DATA` for lengths that differ and values that are not finite.
 */
export function regressionScores({ labels, predictions, weights }: PredictedRows): RegressionScores {
  const rows = labels.length
  checkPredicted({ labels, predictions, weights })
  const absolute = createSum()
  const squared = createSum()
  const signed = createSum()
  const weightSum = createSum()
  const labelSum = createSum()
  const relative = createSum()
  const relativeWeight = createSum()
  const symmetric = createSum()
  const errors = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1
    const label = labels[i]
    const error = label - predictions[i]
    const size = Math.abs(error)
    errors[i] = size
    weightSum.add(weight)
    absolute.add(weight * size)
    squared.add(weight * error * error)
    signed.add(weight * error)
    labelSum.add(weight * label)
    if (label !== 0) {
      relative.add((weight * size) / Math.abs(label))
      relativeWeight.add(weight)
    }
    const both = Math.abs(label) + Math.abs(predictions[i])
    if (both > 0) symmetric.add((2 * weight * size) / both)
  }
  const total = weightSum.value()
  if (!(total > 0)) return NOTHING
  const mae = absolute.value() / total
  const mse = squared.value() / total
  const bias = signed.value() / total
  const mean = labelSum.value() / total
  const { median, deviation } = aroundMedian(labels, weights)
  const variation = createSum()
  for (let i = 0; i < rows; i++) variation.add((weights ? weights[i] : 1) * (labels[i] - mean) ** 2)
  const variance = variation.value() / total
  const isSpread = rows >= 2 && variance > (Math.abs(mean) * 1e-13) ** 2
  const d2AbsoluteError = rows >= 2 && median !== null && deviation > 0 ? 1 - mae / (deviation / total) : null
  const r2 = isSpread ? 1 - mse / variance : null
  errors.sort()
  return {
    mae,
    mse,
    rmse: Math.sqrt(mse),
    r2,
    medianAbsoluteError: percentiles(errors, [0.5])[0],
    maxError: errors[rows - 1],
    explainedVariance: isSpread ? 1 - (mse - bias * bias) / variance : null,
    mape: relativeWeight.value() > 0 ? (100 * relative.value()) / relativeWeight.value() : null,
    smape: (100 * symmetric.value()) / total,
    d2AbsoluteError,
    // The pinball loss at one half is half the absolute error.
    d2Pinball: d2AbsoluteError,
    // The deviance of power 0 is the squared error.
    d2Tweedie: r2,
  }
}

/** @throws `INVALID_DATA` for lengths that differ and values that are not finite. */
export function checkPredicted({ labels, predictions, weights }: PredictedRows): void {
  const rows = labels.length
  if (predictions.length !== rows || (weights && weights.length !== rows)) {
    const given = `${predictions.length} predictions and ${weights?.length ?? rows} weights given for ${rows} labels`
    throw codedError('INVALID_DATA', `${given}, as many wanted.`)
  }
  for (let i = 0; i < rows; i++) {
    if (!Number.isFinite(labels[i]) || !Number.isFinite(predictions[i]) || (weights && !(weights[i] >= 0))) {
      const given = `Row ${i} has the label ${labels[i]}, the prediction ${predictions[i]} and the weight ${weights?.[i] ?? 1}`
      throw codedError('INVALID_DATA', `${given}, finite numbers wanted.`)
    }
  }
}

/** The weighted median, and the weighted sum of absolute deviations from it. */
function aroundMedian(labels: ArrayLike<number>, weights: ArrayLike<number> | undefined) {
  const rows = labels.length
  if (rows === 0) return { median: null, deviation: 0 }
  const median = weights
    ? weightedMedian(labels, weights)
    : percentiles(Float64Array.from(labels).sort(), [0.5])[0]
  const deviation = createSum()
  for (let i = 0; i < rows; i++) deviation.add((weights ? weights[i] : 1) * Math.abs(labels[i] - median))
  return { median, deviation: deviation.value() }
}

/** The smallest label that at least half of the weight stays at or below: any such value has the least deviation. */
function weightedMedian(labels: ArrayLike<number>, weights: ArrayLike<number>): number {
  const order = argsort(labels)
  const total = order.reduce((sum, row) => sum + weights[row], 0)
  let below = 0
  for (const row of order) {
    below += weights[row]
    if (below >= total / 2) return labels[row]
  }
  return labels[order[order.length - 1]]
}

const NOTHING: RegressionScores = {
  mae: null,
  mse: null,
  rmse: null,
  r2: null,
  medianAbsoluteError: null,
  maxError: null,
  explainedVariance: null,
  mape: null,
  smape: null,
  d2AbsoluteError: null,
  d2Pinball: null,
  d2Tweedie: null,
}
