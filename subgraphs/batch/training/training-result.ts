import type { JobProgress, JobSpec, JobState } from '../jobs/job.ts'

/** What a training says while it goes on. */
export interface TrainingUpdate {
  readonly state?: Extract<JobState, 'LOADING' | 'FEATURES' | 'TRAINING' | 'EVALUATING' | 'REGISTERING'>
  readonly progress: Partial<JobProgress>
}

/** What it leaves: everything a run holds. */
export interface TrainingResult {
  /** By path from the root of the run; see `run-files.ts`. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** On the untouched test part, by stable name; also those of the validation part under `validation.<name>`. */
  readonly metrics: Readonly<Record<string, number>>
  readonly params: Readonly<Record<string, string>>
  readonly manifest: TrainingManifest
}

/** From it a job can be repeated bit for bit. */
export interface TrainingManifest {
  readonly v: 1
  /** Version of this software. */
  readonly software: string
  /** With the versions of tables that were read filled in. */
  readonly spec: JobSpec
  /** SHA-256 in hexadecimal of names, kinds and order of the features and of every value that was trained with. */
  readonly featuresHash: string
  /** SHA-256 of the model file. */
  readonly modelHash: string
  readonly modelBytes: number
  readonly features: readonly string[]
  /** By event time, oldest first; null for what no split was made of. */
  readonly split: Readonly<Record<'train' | 'validation' | 'test', SplitPart | null>>
  /** Classification: tuned on validation, for `metric`. */
  readonly threshold: { readonly value: number; readonly metric: string; readonly validation: number } | null
  readonly stopped: {
    readonly reason: 'EARLY' | 'LIMIT' | 'CONVERGED'
    readonly iterations: number
    readonly best: number
  } | null
  /** For people: columns that were left out, structure that was not found. */
  readonly notes?: readonly string[]
}

export interface SplitPart {
  readonly rows: number
  /** Event time in Unix milliseconds, both ends included. */
  readonly from: number
  readonly to: number
  readonly positives: number | null
}
