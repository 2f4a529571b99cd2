import type { MetricInfo } from '../catalogue.ts'

/** A metric of batch models, and what it tells. */
export interface BatchMetricInfo extends MetricInfo {
  /** Smallest and largest value that it can have; null for no bound. */
  min: number | null
  max: number | null
  /** LaTeX. */
  formula: string
  docsUrl: string | null
}
