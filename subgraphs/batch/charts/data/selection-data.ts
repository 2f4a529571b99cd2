import type { Gap } from './gap.ts'

export interface ScoreBand {
  readonly mean: readonly Gap[]
  readonly std: readonly Gap[]
}

export interface CvScoresData {
  readonly __typename: 'CvScoresData'
  readonly scorer: string
  readonly folds: readonly number[]
  readonly scores: readonly Gap[]
  readonly mean: Gap
  readonly std: Gap
}

export interface LearningCurveData {
  readonly __typename: 'LearningCurveData'
  readonly scorer: string
  readonly trainSizes: readonly number[]
  readonly train: ScoreBand
  readonly test: ScoreBand
  readonly fitMs: readonly Gap[]
}

export interface ValidationCurveData {
  readonly __typename: 'ValidationCurveData'
  readonly scorer: string
  readonly paramName: string
  readonly paramValues: readonly number[]
  readonly train: ScoreBand
  readonly test: ScoreBand
}

export interface RfecvData {
  readonly __typename: 'RfecvData'
  readonly scorer: string
  readonly nFeatures: readonly number[]
  readonly mean: readonly Gap[]
  readonly std: readonly Gap[]
  readonly best: number
  readonly features: readonly string[]
  /** By feature: 1 for those that are kept at the best number, then in the order in which they were taken away, last first. */
  readonly ranking: readonly number[]
}

export interface DroppingCurveData {
  readonly __typename: 'DroppingCurveData'
  readonly scorer: string
  readonly featureFractions: readonly number[]
  readonly train: ScoreBand
  readonly test: ScoreBand
}

export interface TrainingCurveData {
  readonly __typename: 'TrainingCurveData'
  readonly iteration: readonly number[]
  readonly trainMetric: readonly Gap[]
  readonly validMetric: readonly Gap[]
  /** What both are. */
  readonly metric: string
  /** The metric that stopped training, on the validation part. */
  readonly stopping: readonly Gap[]
  readonly bestIteration: number | null
  readonly stoppedAt: number | null
}
