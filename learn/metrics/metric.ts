import type { StateWriter } from '../state/writer.ts'

/** A figure kept up to date from one observation after the other. `update` allocates nothing. */
export interface Metric<Observation> {
  /** Observations behind the value. */
  n(): number
  /** River 0.26.1's value, also where that is a convention (0 for 0/0, Infinity for no silhouette). */
  value(): number
  /** False while the value is only a convention. */
  defined(): boolean
  update(observation: Observation): void
  save(out: StateWriter): void
}

/** A binary classification whose label is known by now. */
export interface ClassificationObservation {
  label: 0 | 1
  /** Probability of class 1 as it was predicted. */
  score: number
  /** The decision made then: score >= the threshold in force. */
  flagged: boolean
  /** Event time. */
  timeMs: number
}

export interface RegressionObservation {
  label: number
  score: number
  timeMs: number
}

export interface ClusteringObservation {
  /** Distance to the centre of each cluster in use; `own` is the index of the assigned one. */
  distances: Float64Array
  own: number
  timeMs: number
  clusters: number
  microClusters: number
}

export type Observation = ClassificationObservation | RegressionObservation | ClusteringObservation
