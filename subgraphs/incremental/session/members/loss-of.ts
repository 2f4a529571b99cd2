import type { MetricTask } from '#learn/metrics/catalogue.ts'

/** Probabilities are kept this far from 0 and 1. */
const CLAMP = 1e-15

/** Loss of a prediction: log loss in nats for classification, absolute error in the label's unit for regression. */
export function lossOf(task: MetricTask, score: number, label: number): number {
  if (task === 'regression') return Math.abs(label - score)
  const p = Math.min(1 - CLAMP, Math.max(CLAMP, score))
  return label === 1 ? -Math.log(p) : -Math.log1p(-p)
}
