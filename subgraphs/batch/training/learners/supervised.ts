import type { BoostingThreads } from '#learn/batch/boosting/boosting-threads.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'
import type { CurvePoint, JobSpec } from '../../jobs/job.ts'
import type { TrainingManifest } from '../training-result.ts'

/** What a learner is trained with, or watches to stop. */
export interface LabelledPart {
  readonly data: Dataset
  readonly labels: Float64Array
  readonly weights?: Float64Array
}

export interface SupervisedOptions {
  readonly spec: JobSpec
  /** Regression: `median` minimises absolute errors. */
  readonly objective: 'binary' | 'mean' | 'median'
  readonly train: LabelledPart
  readonly validation: LabelledPart
  readonly threads: BoostingThreads | null
  /** The Python that has CatBoost; null if there is none. */
  readonly python: string | null
  readonly signal: AbortSignal
  readonly onPoint: (point: CurvePoint, best: number, iterations: number) => void
}

export interface TrainedScorer {
  /** Under which kind of `scorer-loaders.ts` it is read again. */
  readonly kind: string
  readonly scorer: Scorer
  readonly curve: readonly CurvePoint[]
  readonly stopped: TrainingManifest['stopped']
}

/** @throws Error with code `STOPPED` once the signal is aborted, within one iteration. */
export type SupervisedLearner = (options: SupervisedOptions) => Promise<TrainedScorer>
