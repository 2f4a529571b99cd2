/**
 * Experiments, runs and registered models, as MLflow defines them. Every adapter passes `ports/tracking.contract.ts`, and
 * what one writes a real MLflow of the pinned version reads and extends.
 */
export interface Tracking extends AsyncDisposable {
  /** The active experiment of that name; created if there is none, brought back with its runs if it was deleted. */
  ensureExperiment(name: string): Promise<Experiment>
  /** Active experiments, oldest first. */
  experiments(): Promise<readonly Experiment[]>
  createRun(run: NewRun): Promise<Run>
  /** Changes status, end, name; a run that is over without an end given ends now. Throws `NOT_FOUND`. */
  updateRun(id: string, change: RunChange): Promise<Run>
  /** Adds params, metric points and tags, in as many requests as the engine's limits ask for. A param keeps its first value:
   * another one throws `TRACKING_REFUSED`. A point that is there already is not doubled, so a failed call may be repeated. Throws
   * `INVALID_ARGUMENT`, with nothing written, for names and texts that MLflow would refuse or cut short. */
  log(id: string, entries: RunEntries): Promise<void>
  /** Null if there is none or it was deleted. */
  run(id: string): Promise<Run | null>
  searchRuns(search: RunSearch): Promise<RunPage>
  /** The history of one metric in the order of steps; with `maxPoints` downsampled so that the shape stays. */
  metricHistory(id: string, metric: string, options?: { maxPoints?: number }): Promise<MetricSeries>
  readonly artifacts: ArtifactStore
  readonly models: ModelRegistry
}

/** Files of a run; paths are relative, with `/`, and never leave the run. Throws `INVALID_ARGUMENT` for those that would. */
export interface ArtifactStore {
  /** Files and folders directly under `path` (default: the root), by name. */
  list(runId: string, path?: string): Promise<readonly Artifact[]>
  /** Throws `NOT_FOUND`. */
  read(runId: string, path: string): Promise<Uint8Array>
  /** Durable once resolved, as far as the engine is; replaces what was there. */
  write(runId: string, path: string, content: Uint8Array): Promise<void>
  /** A file, or a folder with all that is in it. True if it was there. */
  delete(runId: string, path: string): Promise<boolean>
}

export interface ModelRegistry {
  /** Registers a version of a model, which is created if it is new; versions count from 1. */
  createVersion(version: NewModelVersion): Promise<ModelVersion>
  /** Newest first. */
  versions(model: string): Promise<readonly ModelVersion[]>
  /** Points an alias at a version, away from any other; null removes it. */
  setAlias(model: string, alias: ModelAlias, version: number | null): Promise<void>
  byAlias(model: string, alias: ModelAlias): Promise<ModelVersion | null>
}

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED'
export type ModelAlias = 'champion' | 'challenger'

export interface Experiment {
  id: string
  name: string
  /** Unix milliseconds. */
  createdAt: number
}

export interface NewRun {
  experimentId: string
  name: string
  /** Default now. */
  startedAt?: number
  params?: Readonly<Record<string, string>>
  tags?: Readonly<Record<string, string>>
}

export interface RunChange {
  status?: RunStatus
  name?: string
  endedAt?: number
}

export interface RunEntries {
  params?: Readonly<Record<string, string>>
  metrics?: readonly MetricPoint[]
  tags?: Readonly<Record<string, string>>
}

export interface MetricPoint {
  name: string
  /** NaN and infinities are kept as what they are. */
  value: number
  step: number
  /** Unix milliseconds. */
  at: number
}

export interface Run {
  id: string
  experimentId: string
  name: string
  status: RunStatus
  /** Unix milliseconds. */
  startedAt: number
  /** Null until it is over. */
  endedAt: number | null
  params: Readonly<Record<string, string>>
  tags: Readonly<Record<string, string>>
  /** The last point of each metric. */
  metrics: readonly MetricPoint[]
}

export interface RunSearch {
  experimentIds: readonly string[]
  status?: readonly RunStatus[]
  /** Exact name. */
  name?: string
  /** All of these tags with these values. */
  tags?: Readonly<Record<string, string>>
  /** By the last value of a metric, runs without it (or with NaN) last; default: newest start first. */
  orderBy?: { metric: string; direction: 'ASC' | 'DESC' }
  /** Default 100, at most 1000. */
  limit?: number
  pageToken?: string
}

export interface RunPage {
  runs: readonly Run[]
  nextPageToken: string | null
}

export interface MetricSeries {
  name: string
  points: readonly MetricPoint[]
  /** Points of the whole history, before downsampling. */
  total: number
}

export interface Artifact {
  /** From the root of the run. */
  path: string
  isDirectory: boolean
  sizeBytes: number | null
}

export interface NewModelVersion {
  model: string
  runId: string
  /** Of an artifact of the run. MLflow's own clients download a version by its alias only if that is a folder. */
  artifactPath: string
  description?: string
  tags?: Readonly<Record<string, string>>
}

export interface ModelVersion {
  model: string
  version: number
  /** Empty if another client registered it without one. */
  runId: string
  /** From the root of the run; another client's whole source if that is no artifact of the run. */
  artifactPath: string
  description: string | null
  createdAt: number
  tags: Readonly<Record<string, string>>
  aliases: readonly string[]
}
