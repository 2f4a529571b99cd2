/** Shapes of MLflow's REST API 2.0, as far as they are used: https://mlflow.org/docs/latest/rest-api.html */

export interface WireEntry {
  key: string
  /** Left out when empty. */
  value?: string
}

export interface WireMetric {
  key: string
  /** JSON has no NaN and no infinities; they are texts. */
  value: number | string
  timestamp: number
  step?: number
}

export interface WireExperiment {
  experiment_id: string
  name: string
  lifecycle_stage: string
  creation_time?: number
}

export interface WireRun {
  info: {
    run_id: string
    experiment_id: string
    run_name?: string
    status: string
    start_time?: number
    end_time?: number
    artifact_uri?: string
    lifecycle_stage: string
  }
  data: { metrics?: WireMetric[]; params?: WireEntry[]; tags?: WireEntry[] }
}

export interface WireFile {
  path: string
  is_dir?: boolean
  /** Left out when 0. */
  file_size?: number | string
}

export interface WireModelVersion {
  version: string
  creation_timestamp: number
  description?: string
  source?: string
  run_id?: string
  tags?: WireEntry[]
}
