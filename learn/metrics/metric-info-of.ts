import { batchMetrics } from './batch-catalogue.ts'
import { metricCatalogue, type MetricInfo } from './catalogue.ts'

/** Metrics on the validation part of a batch training stand under this and their own name. */
export const VALIDATION_PREFIX = 'validation.'

/** What is known of a metric by the name it is tracked under, online or batch; null for one that is in no catalogue. */
export function metricInfoOf(name: string): MetricInfo | null {
  if (name.startsWith(VALIDATION_PREFIX)) {
    const info = find(batchMetrics, name.slice(VALIDATION_PREFIX.length))
    return info && { ...info, title: `${info.title} on validation` }
  }
  // Where both know a name it means the same, but the online one tells of what it is computed from.
  return find(metricCatalogue, name) ?? find(batchMetrics, name)
}

function find(catalogue: Readonly<Record<string, MetricInfo>>, name: string): MetricInfo | null {
  return Object.hasOwn(catalogue, name) ? (catalogue[name] as MetricInfo) : null
}
