import { type BatchMetricInfo, type BatchMetricName, batchMetrics } from '#learn/metrics/batch-catalogue.ts'

/** What is known of a metric of a batch run; one that nobody catalogued is called by its name. */
export function describeMetric(name: string): Pick<BatchMetricInfo, 'title' | 'direction'> {
  const known = Object.hasOwn(batchMetrics, name) ? batchMetrics[name as BatchMetricName] : null
  return known ?? { title: name, direction: 'NONE' }
}
