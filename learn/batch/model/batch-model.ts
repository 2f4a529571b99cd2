import type { BatchColumn, Category } from '../dataset.ts'
import type { Scorer } from '../scorer.ts'

/** What a batch model answers about one row. */
export interface BatchAnswer {
  /** Classification: calibrated probability of the positive class. Regression: the value in the label's unit. Clustering: confidence of the cluster. */
  score: number
  /** Raw score before link and calibration; clustering: distance to the centre, or minus the log likelihood. */
  raw: number
  /** Classification: score >= threshold. */
  flagged: boolean | null
  /** Regression: bounds that held the truth for `coverage` of the validation rows; null where those were too few for bounds. */
  low: number | null
  high: number | null
  /** Clustering: index of the cluster. */
  cluster: number | null
}

export type BatchTask = 'classification' | 'regression' | 'clustering'
export type FeatureInput = number | string | boolean | null | undefined

/** A trained model with all that serving it takes, as data: encoder, learner, calibration, threshold, intervals. */
export interface BatchModel {
  readonly task: BatchTask
  /** Such as `gradient-boosting`. */
  readonly learner: string
  readonly columns: readonly BatchColumn[]
  /** Names of the columns that are windows over earlier events of an entity: their values come with a prediction. */
  readonly windows: readonly string[]
  /** Classification; tuned on the validation part. */
  readonly threshold: number | null
  /** Regression: share of validation rows within the interval; null without one. */
  readonly coverage: number | null
  /** Clustering: number of clusters. */
  readonly clusters: number | null
  /** Null for clustering. */
  readonly scorer: Scorer | null
  /** The row for values of the features in the order of `columns`; unknown categories get their own code. Pure. */
  encode(values: readonly FeatureInput[]): Float64Array
  /** The category behind a code; null where it is missing, undefined where it was unknown at training. */
  category(column: number, code: number): Category | null | undefined
  answer(row: Float64Array): BatchAnswer
  /** The answer to a row whose raw score is known, such as those of `scorer.rawAll`; null for clustering. */
  answerRaw(raw: number): BatchAnswer | null
  /** Contributions to `raw` per column and the base as the last entry; null for clustering. */
  explain(row: Float64Array): Float64Array | null
  /** One ArrayBuffer: magic, version, header, payload, hash; `loadBatchModel` reads it. */
  save(): ArrayBuffer
}
