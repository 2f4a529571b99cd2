import type { StateWriter } from '../state/writer.ts'
import type { Interval } from './interval.ts'

/** A figure that can be asked for at any time. */
export interface Figure {
  /** Observations behind the value. */
  n(): number
  /** River 0.26.1's value, also where that is a convention (0 for 0/0, Infinity for no silhouette). */
  value(): number
  /** False while the value is only a convention. */
  defined(): boolean
  /** Confidence interval of the value; null where there is too little to tell, absent where there is no method for it. */
  interval?(): Interval | null
}

/** A figure kept up to date from one observation after the other. `update` creates no object; the engine may box a number. */
export interface Metric<Observation> extends Figure {
  update(observation: Observation): void
  /**
   * Makes the value what it would be if `after` had come instead of `before`, which has been taken before. Windows by count replace
   * the observation with the same `seq` where they still hold it, and leave out what has left.
   */
  correct(before: Observation, after: Observation): void
  save(out: StateWriter): void
}

/** A binary classification whose label is known by now. */
export interface ClassificationObservation {
  label: 0 | 1
  /** Probability of class 1 as it was predicted. */
  score: number
  /** The decision made then: score >= the threshold in force. */
  flagged: boolean
  /** Event time: Unix milliseconds, an instant whatever the time zone. */
  timeMs: number
  /** Number of the prediction, unique in its set and growing with event order; windows find what is corrected by it. */
  seq?: number
}

export interface RegressionObservation {
  label: number
  score: number
  timeMs: number
  seq?: number
  /** The prediction interval that was given with the score, meant to hold the label with probability `level`. */
  lower?: number
  upper?: number
  level?: number
  /** Which quantile of the label the score is meant to be. Default .5. */
  quantile?: number
}

export interface ClusteringObservation {
  /** Distance to the centre of each cluster in use; `own` is the index of the assigned one. */
  distances: Float64Array
  own: number
  timeMs: number
  clusters: number
  microClusters: number
  seq?: number
}

export type Observation = ClassificationObservation | RegressionObservation | ClusteringObservation
