import type { Dataset } from '#learn/batch/dataset.ts'

/** What is trained with, in the order of event time: categories as they first appeared. */
export interface LoadedRows {
  readonly data: Dataset
  /** Null for clustering. */
  readonly labels: Float64Array | null
  /** Unix milliseconds, never falling. */
  readonly eventTimes: Float64Array
  /** Clustering of sessions or customers: the group of each row, 0 and up without gaps. */
  readonly groups: Int32Array | null
  /** Clustering of customers: the session of each row. */
  readonly sequences: Int32Array | null
  /** Names of the columns that are windows of entities. */
  readonly windows: readonly string[]
  /** Clustering: texts of some rows. */
  readonly texts: readonly { readonly row: number; readonly text: string }[]
  readonly version: number
  readonly labelsVersion: number | null
}
