import { metricCatalogue } from '#learn/metrics/catalogue.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import { CodedError } from '#subgraphs/coded-error.ts'

/** @throws CodedError `BAD_USER_INPUT` for a name that this use case does not report. */
export function selectMetrics(metrics: readonly MetricValue[], names: readonly string[] | null | undefined) {
  if (names && metrics.length > 0) {
    const unknown = names.filter(name => !metrics.some(metric => metric.name === name))
    if (unknown.length > 0) {
      const known = metrics.map(({ name }) => name).join(', ')
      throw new CodedError('BAD_USER_INPUT', `names: ${unknown.join(', ')} given, some of ${known} wanted.`)
    }
  }
  return metrics
    .filter(({ name }) => !names || names.includes(name))
    .map(metric => ({
      ...metric,
      title: metricCatalogue[metric.name as keyof typeof metricCatalogue]?.title ?? metric.name,
    }))
}
