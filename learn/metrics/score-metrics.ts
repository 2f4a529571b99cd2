import type { StateReader } from '../state/reader.ts'
import { ROLLING_AUC_SIZE } from './catalogue.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { ClassificationObservation, Metric } from './metric.ts'
import { createRocAuc } from './roc-auc.ts'
import { createRollingRocAuc } from './rolling-roc-auc.ts'

type Create = (input?: StateReader) => Metric<ClassificationObservation>

/** A probability of exactly 0 for what happened would cost infinitely much. */
const CLAMP = 1e-15

/** Classification metrics that look at the score, not at the decision. */
export const scoreMetrics: Readonly<Record<'rocAuc' | 'rollingRocAuc' | 'logLoss', Create>> = {
  rocAuc: createRocAuc,
  rollingRocAuc: input => createRollingRocAuc(ROLLING_AUC_SIZE, input),
  logLoss: input => createMeanMetric(createMean(input), logLoss),
}

function logLoss({ label, score }: ClassificationObservation): number {
  if (!(score - score === 0)) return Number.NaN
  const probability = score < CLAMP ? CLAMP : score > 1 - CLAMP ? 1 - CLAMP : score
  return -Math.log(label === 1 ? probability : 1 - probability)
}
