import type { Objective, ObjectiveInput } from './objective.ts'

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
      let loss = 0
      let product = 1
      for (let i = 0; i < rows; i++) {
        const label = labels[i]
        const p = 1 / (1 + Math.exp(-scores[i]))
        // The floor keeps the loss finite where p rounds to 0 or 1.
        const right = Math.max(label === 1 ? p : 1 - p, 1e-15)
        if (weights === null) {
          gradient[i] = p - label
          hessian[i] = p * (1 - p)
          // One logarithm for many rows: sixteen factors of at least 1e-15 don't underflow.
          product *= right
          if ((i & 15) === 15) {
            loss -= Math.log(product)
            product = 1
          }
          continue
        }
        gradient[i] = weights[i] * (p - label)
        hessian[i] = weights[i] * p * (1 - p)
        loss -= weights[i] * Math.log(right)
      }
      return (loss - Math.log(product)) / total
    },
  }
}
