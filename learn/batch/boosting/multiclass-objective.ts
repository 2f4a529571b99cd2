import type { Objective, ObjectiveInput } from './objective.ts'

/** Share of a class that no row has: its score stays a finite number, as in LightGBM (kEpsilon). */
const ABSENT = 1e-15

/** Log loss of `classes` scores through softmax. Labels are 0 to classes - 1; some may be absent. */
export function createMulticlassObjective(
  { labels, weights }: ObjectiveInput,
  { classes }: { classes: number },
): Objective {
  const rows = labels.length
  const sums = new Float64Array(classes)
  let total = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1
    total += weight
    sums[labels[i]] += weight
  }
  // Scores have one degree of freedom too many; the diagonal of the Hessian is stretched accordingly (Friedman 2001).
  const stretch = classes / (classes - 1)
  const scratch = new Float64Array(classes)
  return {
    outputs: classes,
    start: sums.map(sum => Math.log(Math.max(ABSENT, sum / total))),
    constantHessian: false,
    gradients(scores, gradient, hessian) {
      let loss = 0
      for (let i = 0; i < rows; i++) {
        const weight = weights === null ? 1 : weights[i]
        let most = -Infinity
        for (let k = 0, at = i; k < classes; k++, at += rows) if (scores[at] > most) most = scores[at]
        let sum = 0
        for (let k = 0, at = i; k < classes; k++, at += rows) {
          scratch[k] = Math.exp(scores[at] - most)
          sum += scratch[k]
        }
        const label = labels[i]
        for (let k = 0, at = i; k < classes; k++, at += rows) {
          const p = scratch[k] / sum
          gradient[at] = weight * (p - (k === label ? 1 : 0))
          hessian[at] = stretch * weight * p * (1 - p)
        }
        loss -= weight * Math.log(Math.max(1e-15, scratch[label] / sum))
      }
      return loss / total
    },
  }
}
