import type { Row } from '#learn/online/learner.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { PredictionDetail } from './order-record.ts'
import type { TaskReport } from './task-report.ts'

/** A prediction as it is kept until its label arrives. */
export interface Scored {
  score: number
  detail: PredictionDetail
}

/** A learner with what its task needs around it: metrics, and a threshold or an error estimate. */
export interface TaskModel {
  /** Learned examples. */
  readonly version: number
  sizeBytes(): number
  /** Pure. `group` is the value of the use case's group field, '' where it has none. */
  predict(row: Row, group: string, timeMs: number): Scored
  /** Learns what needs no label; called once after each prediction. */
  observe(row: Row, group: string, timeMs: number): void
  /** Scores the stored prediction, then learns; returns the loss. */
  learn(row: Row, scored: Scored, label: number, timeMs: number): number
  metrics(): MetricValue[]
  report(): TaskReport
  save(out: StateWriter): void
}
