import { codedError } from '../coded-error.ts'
import { metricCatalogue, type MetricName } from '../metrics/catalogue.ts'

/**
 * Refuses metrics over windows where a set is kept per bucket or slice: their windows would cover something else than those of the
 * same name, and take memory for each. Throws INVALID_METRIC.
 */
export function expectCumulative(names: readonly string[]): void {
  const windowed = names.find(
    name => Object.hasOwn(metricCatalogue, name) && metricCatalogue[name as MetricName].window !== null,
  )
  if (windowed === undefined) return
  throw codedError(
    'INVALID_METRIC',
    `${windowed} covers the ${metricCatalogue[windowed as MetricName].window}, wanted a metric without a window of its own.`,
  )
}
