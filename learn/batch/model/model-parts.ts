import type { Calibration } from '../calibration/calibration.ts'
import type { Encoder } from '../encoder/encoder.ts'
import type { Scorer } from '../scorer.ts'
import type { ClusterScorer } from './cluster-scorer.ts'
import type { Interval } from './interval.ts'
import type { Scale } from './scaled-scorer.ts'

/** One that was fitted, or none. */
export interface ModelCalibration extends Omit<Calibration, 'kind'> {
  readonly kind: Calibration['kind'] | 'none'
}

interface Common {
  /** Such as `gradient-boosting`. */
  readonly learner: string
  readonly encoder: Encoder
  /** Names of its columns that are windows of entities. */
  readonly windows: readonly string[]
}

export interface ClassificationParts extends Common {
  readonly task: 'classification'
  /** Under which kind of `scorer-loaders.ts` the scorer is read again. */
  readonly kind: string
  readonly scorer: Scorer
  readonly calibration: ModelCalibration
  readonly threshold: number
}

export interface RegressionParts extends Common {
  readonly task: 'regression'
  readonly kind: string
  /** As it was trained: of multiples, if there is a scale. */
  readonly scorer: Scorer
  readonly scale: Scale | null
  /** Null where too few rows were there to settle it. */
  readonly interval: Interval | null
}

export interface ClusteringParts extends Common {
  readonly task: 'clustering'
  readonly clustering: ClusterScorer
}

/** What a model is made of. */
export type ModelParts = ClassificationParts | RegressionParts | ClusteringParts
