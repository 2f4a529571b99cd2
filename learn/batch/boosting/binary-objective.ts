import type { Objective, ObjectiveInput } from './objective.ts'

/** Keeps the loss finite where p rounds to 0 or 1. */
const FLOOR = 1e-15

/** Log loss of one score, the log odds of label 1. Labels are 0 and 1. */
export function createBinaryObjective({ labels, weights }: ObjectiveInput): Objective {
  const rows = labels.length
  let total = 0
  let positive = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1
    total += weight
    positive += weight * labels[i]
  }
  return {
    outputs: 1,
    start: Float64Array.of(Math.log(positive / (total - positive))),
    constantHessian: false,
    gradients(scores, gradient, hessian) {
      return weights === null
        ? plainGradients(labels, scores, gradient, hessian) / total
        : weightedGradients(labels, weights, scores, gradient, hessian) / total
    },
  }
}

function plainGradients(
  labels: Float64Array,
  scores: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  let loss = 0
  let product = 1
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    const p = 1 / (1 + Math.exp(-scores[i]))
    const slope = p - label
    gradient[i] = slope
    hessian[i] = p * (1 - p)
    // 1 - |slope| is p for label 1 and 1 - p for label 0, without a branch on data.
    const right = 1 - Math.abs(slope)
    // One logarithm for many rows: sixteen factors of at least 1e-15 don't underflow.
    product *= right > FLOOR ? right : FLOOR
    if ((i & 15) !== 15) continue
    loss -= Math.log(product)
    product = 1
  }
  return loss - Math.log(product)
}

function weightedGradients(
  labels: Float64Array,
  weights: Float64Array,
  scores: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const p = 1 / (1 + Math.exp(-scores[i]))
    gradient[i] = weights[i] * (p - labels[i])
    hessian[i] = weights[i] * p * (1 - p)
    const right = labels[i] === 1 ? p : 1 - p
    loss -= weights[i] * Math.log(right > FLOOR ? right : FLOOR)
  }
  return loss
}
