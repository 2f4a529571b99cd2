import type { Run } from '#ports/tracking.ts'
import type { TrainingManifest } from '../training/training-result.ts'

/** A batch model as resolvers receive it: its run and its manifest, with the model file still where it is. */
export interface BatchModelRef {
  /** Id of its run. */
  readonly id: string
  readonly useCase: string
  readonly run: Run
  readonly manifest: TrainingManifest
}
