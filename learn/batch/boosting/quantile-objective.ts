import type { Objective, ObjectiveInput } from './objective.ts'
import { weightedQuantile } from './weighted-quantile.ts'

/**
 * Pinball loss of a quantile (Koenker and Bassett 1978); .5 is half the absolute error. Its second derivative is zero, so
 * trees are grown with 1 and leaves then set to the quantile of their rows' residuals.
 */
export function createQuantileObjective(
  { labels, weights }: ObjectiveInput,
  { quantile }: { quantile: number },
): Objective {
  const rows = labels.length
  const residuals = Float64Array.from(labels)
  const residualWeights = weights ? Float64Array.from(weights) : null
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows
  return {
    outputs: 1,
    start: Float64Array.of(weightedQuantile(residuals, residualWeights, rows, quantile)),
    constantHessian: weights === null,
    gradients(scores, gradient, hessian) {
      let loss = 0
      for (let i = 0; i < rows; i++) {
        const weight = weights === null ? 1 : weights[i]
        const error = labels[i] - scores[i]
        const slope = error >= 0 ? quantile : quantile - 1
        gradient[i] = -weight * slope
        hessian[i] = weight
        loss += weight * slope * error
      }
      return loss / total
    },
    leafStep(order, from, to, scores) {
      for (let i = from; i < to; i++) {
        const row = order[i]
        residuals[i - from] = labels[row] - scores[row]
        if (residualWeights && weights) residualWeights[i - from] = weights[row]
      }
      return weightedQuantile(residuals, residualWeights, to - from, quantile)
    },
  }
}
