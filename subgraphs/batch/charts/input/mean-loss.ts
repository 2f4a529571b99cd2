import type { Dataset } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'

/** Probabilities are not taken to be smaller than this. */
const LEAST = 1e-12

/** Mean log loss of classes (by sigmoid or softmax of raw scores), mean absolute error of values. Lower is better. */
export function meanLoss(scorer: Scorer, data: Dataset, target: Float64Array, classes: number): number {
  const raw = scorer.rawAll(data)
  const { outputs } = scorer
  let sum = 0
  for (let row = 0; row < data.rows; row++) {
    const wanted = target[row] as number
    if (classes === 0) sum += Math.abs(wanted - (raw[row] as number))
    else if (outputs === 1) {
      const margin = (wanted === 1 ? 1 : -1) * (raw[row] as number)
      // log(1 + exp(-margin)) without overflow.
      sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))
    } else {
      const scores = raw.subarray(row * outputs, (row + 1) * outputs)
      const most = scores.reduce((top, score) => Math.max(top, score), -Infinity)
      const total = scores.reduce((all, score) => all + Math.exp(score - most), 0)
      sum -= Math.log(Math.max(LEAST, Math.exp((scores[wanted] as number) - most) / total))
    }
  }
  return sum / data.rows
}
