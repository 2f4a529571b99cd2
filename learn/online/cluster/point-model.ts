import type { StateWriter } from '../../state/writer.ts'

/** Clusters of points. Points hold NaN where a value is missing. */
export interface PointModel {
  readonly microCount: number
  /** Label and centre of each cluster, in ascending order of the labels. */
  readonly labels: readonly number[]
  readonly centers: readonly Float64Array[]
  /** Label of the cluster of a point. Pure. */
  predict(point: Float64Array): number
  learn(point: Float64Array): void
  sizeBytes(): number
  save(out: StateWriter): void
}
