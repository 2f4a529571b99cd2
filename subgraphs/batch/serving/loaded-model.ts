import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import type { TrainingManifest } from '../training/training-result.ts'

/** A model in memory, with what its run tells of it. */
export interface LoadedModel {
  /** Id of its run. */
  readonly run: string
  readonly useCase: string
  readonly manifest: TrainingManifest
  readonly model: BatchModel
  readonly sizeBytes: number
}
