import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import type { Table } from '#learn/batch/table-file.ts'
import type { CurvePoint, KSearchPoint } from '../jobs/job.ts'
import type { TrainingManifest } from '../training/training-result.ts'

/** A run's files, read: what charts are made of. */
export interface RunData {
  readonly run: string
  readonly manifest: TrainingManifest
  readonly model: BatchModel
  readonly train: Table
  /** Null for clustering. */
  readonly validation: Table | null
  readonly test: Table | null
  readonly curve: readonly CurvePoint[]
  readonly kSearch: readonly KSearchPoint[]
  readonly texts: readonly { readonly text: string; readonly cluster: number }[]
}
