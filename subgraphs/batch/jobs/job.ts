import type { BatchLearnerName } from '../training/learner-names.ts'

export type JobState =
  | 'QUEUED'
  | 'LOADING'
  | 'FEATURES'
  | 'TRAINING'
  | 'EVALUATING'
  | 'REGISTERING'
  | 'DONE'
  | 'FAILED'
  | 'STOPPED'

/** What is to be trained, checked and complete: from it and the lake's version a job can be repeated bit for bit. */
export interface JobSpec {
  readonly useCase: string
  readonly learner: BatchLearnerName
  /** Hyper-parameters of the learner, defaults filled in. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>
  /** At most so many rows, the newest; null for all. */
  readonly rows: number | null
  /** A fraction (0, 1] of the rows; null for all. */
  readonly fraction: number | null
  /** Version of the events' table; null for the newest at the time it is loaded, which the manifest then records. */
  readonly version: number | null
  /** The same for the table of labels; -1 where there was none. */
  readonly labelsVersion: number | null
  readonly seed: number
  /** Clustering: what a row is. */
  readonly segment: 'EVENTS' | 'SESSIONS' | 'CUSTOMERS' | null
  /** Adds the reference system's fields that are known only afterwards, to show the leak. */
  readonly includeDebugFeatures: boolean
}

/** A job as it lies in control under `batch-job/<id>`; changes rarely. */
export interface JobRecord {
  readonly v: 1
  readonly id: string
  readonly spec: JobSpec
  readonly state: JobState
  /** Run in tracking, from QUEUED on. */
  readonly run: string
  /** Process that works on it; null while it waits. */
  readonly owner: string | null
  /** Unix milliseconds. */
  readonly queuedAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** Why it failed or was stopped. */
  readonly problem: { readonly code: string; readonly message: string } | null
  /** Times it began again because its process was lost. */
  readonly attempts: number
  /** How far it is; while it runs only in memory and at `updates`. */
  readonly progress: JobProgress
}

export interface JobProgress {
  /** For people: what it does at the moment. */
  readonly message: string
  /** 0 to 100. */
  readonly percent: number
  /** Milliseconds until it ends, as far as can be told. */
  readonly etaMs: number | null
  /** Rows that it trains with, once known. */
  readonly rows: number | null
  /** Trees built, or rounds of a search. */
  readonly iteration: number | null
  readonly iterations: number | null
  /** Loss by iteration, thinned to at most 500 points. */
  readonly curve: readonly CurvePoint[]
  readonly bestIteration: number | null
  /** Metrics as far as they are known, by stable name. */
  readonly metrics: Readonly<Record<string, number>>
  /** Clustering: what was tried for each number of clusters. */
  readonly kSearch: readonly KSearchPoint[]
}

export interface CurvePoint {
  readonly iteration: number
  readonly train: number | null
  readonly validation: number | null
  /** The metric that stops training, on the validation part. */
  readonly metric: number | null
}

export interface KSearchPoint {
  readonly k: number
  readonly silhouette: number | null
  readonly calinskiHarabasz: number | null
  readonly daviesBouldin: number | null
  readonly inertia: number | null
  /** Latent-class mixture: integrated completed likelihood. */
  readonly icl: number | null
  readonly fitMs: number
}
