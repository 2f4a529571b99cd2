import type { Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { TrainingResult, TrainingUpdate } from '../training/training-result.ts'
import { closeJobRun } from './close-job-run.ts'
import type { JobRecord, JobState } from './job.ts'
import type { JobLeases } from './job-leases.ts'
import { NO_PROGRESS } from './job-progress.ts'
import { createJobRun } from './job-run.ts'
import { checkTransition } from './job-states.ts'
import type { JobStore } from './job-store.ts'
import type { JobTiming } from './job-timing.ts'
import { createRecordWriter } from './record-writer.ts'
import { takeUp } from './take-up.ts'
import type { TrainingProcess } from './training-process.ts'
import { within } from './within.ts'

/** Starts the training of a job. What it throws the job fails of. */
export type StartTraining = (options: {
  job: JobRecord
  onUpdate: (update: TrainingUpdate) => void
}) => TrainingProcess

/** Works on one job, from when its lease is held until that is released. */
export interface JobWorker {
  readonly ended: Promise<void>
  cancel(): void
  /** Puts it back into the queue, unless it is about to be done. */
  handBack(): void
  /** Another process has it: nothing more is written. */
  yieldTo(): void
}

export interface JobWorkerOptions {
  job: JobRecord
  useCase: Pick<UseCase, 'id' | 'title'>
  owner: string
  store: JobStore
  leases: JobLeases
  tracking: Tracking
  start: StartTraining
  /** Makes the model of a finished run the champion if there is none. */
  promoteFirst: (useCase: string, run: string) => Promise<unknown>
  onProgress: (job: JobRecord) => void
  /** A run could not be told how its job ended. */
  onLeftRun: () => void
  timing: JobTiming
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}

export function startJobWorker({
  job,
  useCase,
  owner,
  store,
  leases,
  tracking,
  start,
  promoteFirst,
  onProgress,
  onLeftRun,
  timing,
  notice,
}: JobWorkerOptions): JobWorker {
  const { id } = job
  const name = `${useCase.id}, job ${id}`
  const interrupted = new AbortController()
  const stopped = new Promise<never>((_, reject) =>
    interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason as Error)),
  )
  stopped.catch(() => {})
  const writer = createRecordWriter({
    store,
    owner,
    before: job,
    retryMs: timing.retryMs,
    onFailure: ({ message }) =>
      notice('warn', `${name}: its state cannot be stored, which is tried again: ${message}`),
  })
  let record = job
  let intent: 'cancel' | 'handBack' | 'yield' | null = null
  let training: TrainingProcess | null = null
  let killing: NodeJS.Timeout | undefined

  function become(change: Partial<JobRecord>): Promise<void> {
    if (change.state && change.state !== record.state) checkTransition(record.state, change.state)
    record = { ...record, ...change }
    store.hold(record)
    return writer.write(record)
  }

  async function work(): Promise<void> {
    try {
      await finish(await outcome())
    } catch (error) {
      const isTaken = intent === 'yield' || (error as { code?: string }).code === 'JOB_TAKEN'
      if (!isTaken) notice('error', `${name}: its end was not stored: ${(error as Error).message}`)
    } finally {
      await training?.exited
      clearTimeout(killing)
      store.letGo(id)
      await leases.release(id)
    }
  }

  /** Works until the job is over, or this process has to let go of it: how it stands then. */
  async function outcome(): Promise<Partial<JobRecord> | null> {
    try {
      store.hold(record)
      const { signal } = interrupted
      const { retryMs } = timing
      const taken = await takeUp({ job: record, useCase, store, tracking, retryMs, signal })
      record = taken.job
      if (taken.metrics) return await done(taken.metrics)
      if (taken.problem) throw taken.problem
      return await train()
    } catch (error) {
      const { code = 'INTERNAL_ERROR', message } = error as Error & { code?: string }
      if (code === 'JOB_TAKEN') intent = 'yield'
      if (intent === 'yield') return null
      if (intent === 'handBack') return { state: 'QUEUED', startedAt: null, progress: NO_PROGRESS }
      if (intent === 'cancel' || code === 'CANCELLED')
        return over('STOPPED', { code: 'CANCELLED', message: 'It was cancelled.' })
      return over('FAILED', { code, message })
    }
  }

  async function train(): Promise<Partial<JobRecord>> {
    const progress = { ...NO_PROGRESS, message: 'Starts.' }
    const begun = become({
      state: 'LOADING',
      owner,
      startedAt: Date.now(),
      endedAt: null,
      problem: null,
      progress,
    })
    await Promise.race([begun, stopped])
    interrupted.signal.throwIfAborted()
    await using run = createJobRun({
      tracking,
      run: record.run,
      timing,
      notice: (level, text) => notice(level, `${name}: ${text}`),
    })
    run.update(record)
    const result = await trained(() => run.update(record))
    if (record.state !== 'REGISTERING')
      take({ state: 'REGISTERING', progress: { message: 'Stores the model.' } })
    run.update(record)
    // One that was frozen meanwhile must not write into a run that another process fills.
    if (!(await leases.isHeld(id))) throw new CodedError('JOB_TAKEN', `Another process works on job ${id}.`)
    await Promise.race([writer.write(record), stopped])
    await run.finish(record, result, interrupted.signal)
    return done(result.metrics)
  }

  async function trained(onChange: () => void): Promise<TrainingResult> {
    const broken = Promise.withResolvers<never>()
    training = start({
      job: record,
      onUpdate(update) {
        if (intent) return
        try {
          take(update)
          onChange()
        } catch (error) {
          broken.reject(error as Error)
          training?.kill()
        }
      },
    })
    return await Promise.race([training.result, broken.promise])
  }

  function take({
    state = record.state,
    progress,
  }: {
    state?: JobState
    progress: TrainingUpdate['progress']
  }): void {
    const next = { ...record.progress, ...progress }
    // It is tried for as long as it takes; when it is in vain, another process has the job, which is heard of otherwise.
    if (state !== record.state) become({ state, progress: next }).catch(() => {})
    else store.hold((record = { ...record, progress: next }))
    onProgress(record)
  }

  async function done(metrics: Readonly<Record<string, number>>): Promise<Partial<JobRecord>> {
    await promoteFirst(useCase.id, record.run).catch(error =>
      notice('warn', `${name}: its model was not made the champion: ${error.message}`),
    )
    const progress = { ...record.progress, message: 'Done.', percent: 100, etaMs: 0, metrics }
    return { state: 'DONE', problem: null, endedAt: Date.now(), progress }
  }

  function over(state: 'FAILED' | 'STOPPED', problem: NonNullable<JobRecord['problem']>): Partial<JobRecord> {
    const progress = { ...record.progress, message: problem.message, etaMs: null }
    return { state, problem, endedAt: Date.now(), progress }
  }

  /** Nobody hears of an end before it is durable: it might come to another one. */
  async function finish(end: Partial<JobRecord> | null): Promise<void> {
    if (!end || (end.state === 'QUEUED' && record.state === 'QUEUED')) return
    const last = { ...record, ...end, owner: null }
    checkTransition(record.state, last.state)
    if (last.state !== 'DONE') {
      const isLogged = await within(timing.closeMs / 2, closeJobRun(tracking, last))
      if (!isLogged) onLeftRun()
    }
    await writer.write(last)
    store.letGo(id)
    if (last.state === 'FAILED') notice('error', `${name} failed: ${last.problem?.message}`)
    if (last.state !== 'QUEUED') await store.forgetCancel(id).catch(() => {})
  }

  function interrupt(next: NonNullable<typeof intent>, graceMs: number): void {
    if (intent === 'yield' || intent === next) return
    intent = intent === 'cancel' && next === 'handBack' ? intent : next
    const cut = () => {
      interrupted.abort(cancelled())
      training?.kill()
    }
    clearTimeout(killing)
    killing = setTimeout(cut, graceMs).unref()
    // What is nearly stored gets that time, though the platform is closed.
    if (intent === 'handBack' && record.state === 'REGISTERING') return
    interrupted.abort(cancelled())
    training?.cancel()
  }

  return {
    ended: work(),
    cancel: () => interrupt('cancel', timing.graceMs),
    handBack() {
      interrupt('handBack', timing.closeMs / 2)
      setTimeout(() => writer.abandon(), timing.closeMs).unref()
    },
    yieldTo() {
      interrupt('yield', 0)
      writer.abandon()
      training?.kill()
    },
  }
}

function cancelled(): CodedError {
  return new CodedError('CANCELLED', 'It was cancelled.')
}
