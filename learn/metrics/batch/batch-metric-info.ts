import type { MetricInfo } from '../catalogue/metric-info.ts'

/** A metric of batch models, and what it tells. */
export interface BatchMetricInfo extends MetricInfo {
  docsUrl: string | null
}
