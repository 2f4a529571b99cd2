import {
  batchMetricNames,
  batchMetrics,
  type BatchMetricName,
  primaryMetric,
} from '#learn/metrics/batch-catalogue.ts'
import type { MetricTask } from '#learn/metrics/catalogue.ts'
import type { MetricInfo } from '../resolvers.generated.ts'

const TASKS = ['classification', 'regression', 'clustering'] as const

/** Every metric of batch models, or those of one task, the primary one of each first. */
export function metricCatalogue(task: MetricTask | null): MetricInfo[] {
  return TASKS.filter(each => task === null || each === task).flatMap(each =>
    batchMetricNames(each).map(metricInfo),
  )
}

export function metricInfo(name: BatchMetricName): MetricInfo {
  const { task, title, direction, min, max, unit, formula, description, docsUrl } = batchMetrics[name]
  const primary = primaryMetric(task).name === name
  return { name, title, direction, primary, min, max, unit, formula, description, docsUrl }
}
