import type { MetricInfo } from '#learn/metrics/catalogue.ts'
import { metricInfoOf } from '#learn/metrics/metric-info-of.ts'

/** What is known of a metric of a batch run; one that nobody catalogued is called by its name. */
export function describeMetric(name: string): Pick<MetricInfo, 'title' | 'direction'> {
  return metricInfoOf(name) ?? { title: name, direction: 'NONE' }
}
