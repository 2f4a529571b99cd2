import type { Segment } from '#learn/online/cluster-report.ts'
import type { Row } from '#learn/online/learner.ts'
import type { RowEncoder } from '#learn/online/row-encoder.ts'
import type { Observation } from '#learn/metrics/metric.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { PredictionDetail } from './order-record.ts'
import type { TaskReport } from './task-report.ts'

/** A prediction as it is kept until its label arrives. */
export interface Scored {
  score: number
  detail: PredictionDetail
}

/** A learner with what its task needs around it: a decision threshold, or an error estimate and an interval. */
export interface TaskModel {
  readonly learner: string
  readonly parameters: Readonly<Record<string, number | string | boolean>>
  /** Learned examples. */
  readonly version: number
  sizeBytes(): number
  /** Pure. `group` is the value of the use case's group field, '' where it has none. */
  predict(row: Row, group: string, timeMs: number): Scored
  /** Base, then what each column contributed, as `BinaryClassifier.explain` says; null where the learner is not additive. */
  explain(row: Row): Float64Array | null
  /** Learns what needs no label; called once after each prediction. What can be scored without one, for the metrics. */
  observe(row: Row, group: string, timeMs: number, owner: string | null): Observation | null
  /** Clustering: the cluster of an owner of groups; null for one that is not known, or where owners are not told apart. */
  segment(owner: string): Segment | null
  /** Learns from the label of a prediction that it made itself, or of one that another model made (`scored` is null). */
  learn(row: Row, scored: Scored | null, label: number): void
  /** A label that was learned turned out to be another. */
  correct(row: Row, scored: Scored | null, before: number, after: number): void
  report(encoder: RowEncoder<JsonEvent>): TaskReport
  save(out: StateWriter): void
}
