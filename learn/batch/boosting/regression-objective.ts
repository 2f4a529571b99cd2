import type { Objective, ObjectiveInput } from './objective.ts'

/** Half the squared error; the mean loss is given as its root. */
export function createRegressionObjective({ labels, weights }: ObjectiveInput): Objective {
  const rows = labels.length
  let total = 0
  let mean = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1
    total += weight
    if (weight > 0) mean += ((labels[i] - mean) * weight) / total
  }
  return {
    outputs: 1,
    start: Float64Array.of(mean),
    constantHessian: weights === null,
    gradients(scores, gradient, hessian) {
      let loss = 0
      for (let i = 0; i < rows; i++) {
        const weight = weights === null ? 1 : weights[i]
        const error = scores[i] - labels[i]
        gradient[i] = weight * error
        hessian[i] = weight
        loss += weight * error * error
      }
      return Math.sqrt(loss / total)
    },
  }
}
