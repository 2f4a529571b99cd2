import type { PointModel } from './point-model.ts'

export interface DbstreamOptions {
  /** Numbers per point. */
  width: number
  /** Radius of a micro-cluster. */
  radius: number
  /** Weights halve every 1 / fading points. */
  fading: number
  /** Points between two cleanups. */
  cleanup: number
  /** Shared density, relative to the mean weight of two micro-clusters, above which they belong together. */
  intersection: number
  /** Weight below which a micro-cluster is noise. */
  minimumWeight: number
}

/** One micro-cluster as it is stored: its weight is that of its latest point. */
export interface MicroCluster {
  id: number
  /** NaN where it has no value. */
  center: Float64Array
  weight: number
  lastUpdate: number
}

/** Micro-clusters and the clusters that they form. */
export interface DbstreamModel extends PointModel {
  readonly micro: Iterable<MicroCluster>
}
