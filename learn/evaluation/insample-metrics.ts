import type { MetricValue } from '../metrics/metric-set.ts'
import { createMetricSet } from '../metrics/metric-set.ts'
import type { BinaryClassifier, Regressor, Row } from '../online/learner.ts'

/**
 * Metrics of a model that has learned each event before it predicts it: too good, and no figure of quality. It exists to show in
 * documents by how much such a number flatters; everything else uses `createPrequential`.
 */
export function insampleMetrics({
  model,
  events,
  metrics: names,
  threshold = 0.5,
}: {
  model: BinaryClassifier | Regressor
  events: Iterable<{ row: Row; label: number; timeMs: number }>
  metrics: readonly string[]
  threshold?: number
}): MetricValue[] {
  const metrics = createMetricSet(names, { task: model.task })
  for (const { row, label, timeMs } of events) {
    if (model.task === 'classification') {
      const truth = label === 1 ? 1 : 0
      model.learn(row, truth)
      const score = model.predict(row)
      metrics.update({ label: truth, score, flagged: score >= threshold, timeMs })
    } else {
      model.learn(row, label)
      metrics.update({ label, score: model.predict(row), timeMs })
    }
  }
  return metrics.snapshot()
}
