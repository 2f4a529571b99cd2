import { rankingLimit } from '#bench/limits/ranking-limit.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import { createDecisionPolicy } from '#learn/online/decision/decision-policy.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import {
  expectTask,
  labelledEvents,
  metricValue,
  prequentialParts,
  type QualityOptions,
} from './prequential.ts'

export interface TfdQuality {
  events: number
  /** Exact area under the ROC curve over all events, from the first on. */
  auc: number
  /** Of the decisions made, from the first event on, by a threshold that saw only the past. */
  f2: number
  logLoss: number
  nonFinite: number
  metrics: MetricValue[]
}

/** Runs TFD's declared learner over events with labels inside: predict, score, then learn. */
export function tfdQuality(events: readonly JsonEvent[], options: QualityOptions = {}): TfdQuality {
  const { encode, learner: any, metrics } = prequentialParts(tfd, options)
  const learner = expectTask(any, 'classification')
  const threshold = createDecisionPolicy({ policy: 'fbeta', beta: 2 })
  const scores = new Float64Array(events.length)
  const labels = new Uint8Array(events.length)
  let nonFinite = 0
  labelledEvents(tfd, events).forEach(({ event, label, timeMs }, i) => {
    const row = encode(event)
    const score = learner.predict(row)
    const truth = label === 1 ? 1 : 0
    if (!Number.isFinite(score)) nonFinite++
    scores[i] = score
    labels[i] = truth
    metrics.update({ label: truth, score, flagged: score >= threshold.value(), timeMs })
    threshold.update(score, truth)
    learner.learn(row, truth)
  })
  const snapshot = metrics.snapshot()
  return {
    events: events.length,
    auc: rankingLimit(scores, labels).auc,
    f2: metricValue(snapshot, 'fbeta2'),
    logLoss: metricValue(snapshot, 'logLoss'),
    nonFinite,
    metrics: snapshot,
  }
}
