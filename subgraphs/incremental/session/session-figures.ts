import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { EngineProgress } from './engine-api.ts'
import type { ModelFigures, PromotionFigures } from './members/figures.ts'
import type { TaskReport } from './task-report.ts'

/** How far a session has come and how good it is. */
export interface SessionFigures {
  /** As of the last checkpoint; unknown before the first and of sessions that run elsewhere. */
  report?: TaskReport | null
  progress: EngineProgress | null
  metrics: readonly MetricValue[]
  /** The champion and its challengers; empty before they are known. */
  models: readonly ModelFigures[]
  promotions: readonly PromotionFigures[]
  metricsAt: number | null
  checkpoint: { sequence: number; at: number; sizeBytes: number; hash: string } | null
}
