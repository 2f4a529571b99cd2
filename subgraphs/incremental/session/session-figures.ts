import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { EngineProgress } from './engine-api.ts'

/** How far a session has come and how good it is. */
export interface SessionFigures {
  progress: EngineProgress | null
  metrics: readonly MetricValue[]
  metricsAt: number | null
  checkpoint: { sequence: number; at: number; sizeBytes: number; hash: string } | null
}
