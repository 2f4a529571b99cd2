import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { EngineProgress } from './engine.ts'
import type { SessionRecord } from './session-record.ts'

/** What is known of a session here and now. */
export interface SessionView {
  record: SessionRecord
  progress: EngineProgress | null
  metrics: readonly MetricValue[]
  metricsAt: number | null
  checkpoint: { sequence: number; at: number; sizeBytes: number; hash: string } | null
}
