/** All in milliseconds. */
export interface JobTiming {
  /** How long a job stays with a process that fell silent. */
  readonly leaseMs: number
  readonly renewMs: number
  /** How often a process looks for jobs that wait, and for those whose process was lost. */
  readonly lookMs: number
  /** Time that a training has to stop when it is cancelled, before its process is killed. */
  readonly graceMs: number
  /** Time that running jobs have to end when the platform is closed. */
  readonly closeMs: number
  /** First pause after a failure of tracking or control; doubles up to a minute. */
  readonly retryMs: number
  /** How long the result of a training may wait for tracking to come back. */
  readonly storeMs: number
  /** Shortest time between two reports of progress to tracking and to other processes. */
  readonly reportMs: number
  /** Shortest time between two messages of progress to one who follows a job. */
  readonly updateMs: number
}

/** An owner that renews this often keeps its lease through two renewals that fail. */
export const JOB_TIMING: JobTiming = {
  leaseMs: 5000,
  renewMs: 1500,
  lookMs: 500,
  graceMs: 10_000,
  closeMs: 4000,
  retryMs: 500,
  storeMs: 600_000,
  reportMs: 1000,
  updateMs: 100,
}
