import type { BatchMetricInfo } from './batch/batch-metric-info.ts'
import { classificationMetrics } from './batch/classification-metrics.ts'
import { clusteringMetrics } from './batch/clustering-metrics.ts'
import { regressionMetrics } from './batch/regression-metrics.ts'
import type { MetricDirection, MetricTask } from './catalogue.ts'

export type { BatchMetricInfo } from './batch/batch-metric-info.ts'

/** Every metric that a batch training leaves, by its name in the graph and in tracking. */
export const batchMetrics = {
  ...classificationMetrics,
  ...regressionMetrics,
  ...clusteringMetrics,
} as const satisfies Record<string, BatchMetricInfo>

export type BatchMetricName = keyof typeof batchMetrics

/** The metric by which models of a task are compared, and which of its values are better: the one place that decides what "best" means. */
export function primaryMetric(task: MetricTask): {
  name: BatchMetricName
  direction: Exclude<MetricDirection, 'NONE'>
} {
  const name = PRIMARY[task]
  return { name, direction: batchMetrics[name].direction }
}

const PRIMARY = {
  classification: 'fbeta2',
  regression: 'mae',
  clustering: 'silhouette',
} as const satisfies Record<MetricTask, BatchMetricName>

/** Names of the metrics of a task, the primary one first. */
export function batchMetricNames(task: MetricTask): BatchMetricName[] {
  const names = Object.keys(batchMetrics) as BatchMetricName[]
  return names.filter(name => batchMetrics[name].task === task)
}
