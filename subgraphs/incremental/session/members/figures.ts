import type { MetricValue } from '#learn/metrics/metric-set.ts'

/** How a challenger stands against the champion, over the labels since both were compared. */
export interface ComparisonFigures {
  n: number
  /** Mean of the champion's minus the challenger's loss. */
  meanDifference: number
  /** Bounds of it that hold at every n at once; null before they are known. */
  lower: number | null
  upper: number | null
  /** Evidence against equal losses, and how much is wanted; a decision falls once it is reached. */
  evidence: number
  wanted: number
  decided: 'CHALLENGER' | 'CHAMPION' | null
}

/** A model of a session. */
export interface ModelFigures {
  name: string
  role: 'CHAMPION' | 'CHALLENGER'
  learner: string
  parameters: Readonly<Record<string, number | string | boolean>>
  seed: string
  automatic: boolean
  /** Sequence number of the first prediction that it was asked for. */
  since: number
  version: number
  sizeBytes: number
  /** Whether it is passed over at present, because the session lags behind. */
  isShed: boolean
  /** Of challengers, since they were added; the champion's are those of the session. */
  metrics: MetricValue[]
  comparison: ComparisonFigures | null
}

/** A change of champion. */
export interface PromotionFigures {
  /** Sequence number of the first prediction by the new champion. */
  seq: number
  from: string
  to: string
  by: 'TEST' | 'PERSON' | 'ROLLBACK'
  /** At that moment. */
  comparison: ComparisonFigures | null
}

/** How good a session's models are. */
export interface Evaluation {
  /** Of what the session published, whichever model said it. */
  metrics: MetricValue[]
  models: ModelFigures[]
  /** Newest last. */
  promotions: PromotionFigures[]
}
