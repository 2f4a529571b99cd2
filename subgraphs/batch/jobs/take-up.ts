import type { Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { backOff } from './back-off.ts'
import type { JobRecord } from './job.ts'
import { finalMetrics } from './job-run-entries.ts'
import { isActive } from './job-states.ts'
import type { JobStore } from './job-store.ts'
import { openJobRun } from './open-job-run.ts'

/** A job as a process begins with it. It is trained, unless something is there that ends it. */
export interface TakenUp {
  job: JobRecord
  /** Metrics of its finished run: the process before died after it had stored everything. */
  metrics: Readonly<Record<string, number>> | null
  /** `CANCELLED`, or what it fails of. */
  problem: CodedError | null
}

/** Trainings of one job that are lost with their process before it counts as one that cannot be done. */
const MOST_ATTEMPTS = 3

/** Looks at what became of a job before: it may have been cancelled, done, lost too often, or torn while it was taken in. */
export async function takeUp({
  job,
  useCase,
  store,
  tracking,
  retryMs,
  signal,
}: {
  job: JobRecord
  useCase: Pick<UseCase, 'title'>
  store: JobStore
  tracking: Tracking
  retryMs: number
  signal: AbortSignal
}): Promise<TakenUp> {
  const goesOn = { job, metrics: null, problem: null }
  if (job.run === '') {
    const run = await backOff(() => openJobRun(tracking, useCase, job), { retryMs, signal })
    const message = 'The process that took it in was lost before it was in the queue.'
    return { ...goesOn, job: { ...job, run: run.id }, problem: new CodedError('SUBMISSION_LOST', message) }
  }
  const wasLost = isActive(job.state)
  const run = wasLost ? await tracking.run(job.run).catch(() => null) : null
  if (run?.status === 'FINISHED') {
    return { ...goesOn, job: { ...job, state: 'REGISTERING' }, metrics: finalMetrics(run) }
  }
  if (store.isCancelled(job.id)) {
    return { ...goesOn, problem: new CodedError('CANCELLED', 'It was cancelled.') }
  }
  if (!wasLost) return goesOn
  const attempts = job.attempts + 1
  const message = `Its process was lost ${attempts} times while it trained.`
  return {
    job: { ...job, state: 'QUEUED', attempts },
    metrics: null,
    problem: attempts < MOST_ATTEMPTS ? null : new CodedError('JOB_LOST', message),
  }
}
