import type { MetricValue } from '#learn/metrics/metric-set.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import {
  expectTask,
  labelledEvents,
  metricValue,
  prequentialParts,
  type QualityOptions,
} from './prequential.ts'

export interface EtaQuality {
  events: number
  /** Seconds. */
  mae: number
  rmse: number
  nonFinite: number
  metrics: MetricValue[]
}

/** Runs ETA's declared learner over events with labels inside: predict, score, then learn. */
export function etaQuality(events: readonly JsonEvent[], options: QualityOptions = {}): EtaQuality {
  const { encode, learner: any, metrics } = prequentialParts(eta, options)
  const learner = expectTask(any, 'regression')
  let nonFinite = 0
  for (const { event, label, timeMs } of labelledEvents(eta, events)) {
    const row = encode(event)
    const score = learner.predict(row)
    if (!Number.isFinite(score)) nonFinite++
    metrics.update({ label, score, timeMs })
    learner.learn(row, label)
  }
  const snapshot = metrics.snapshot()
  return {
    events: events.length,
    mae: metricValue(snapshot, 'mae'),
    rmse: metricValue(snapshot, 'rmse'),
    nonFinite,
    metrics: snapshot,
  }
}
