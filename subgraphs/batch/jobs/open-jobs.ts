import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobRecord } from './job.ts'
import { createJobLeases } from './job-leases.ts'
import { createJobQueue } from './job-queue.ts'
import { isFinal } from './job-states.ts'
import { createJobStore } from './job-store.ts'
import { JOB_TIMING, type JobTiming } from './job-timing.ts'
import { jobUpdates } from './job-updates.ts'
import { type JobWorker, type StartTraining, startJobWorker } from './job-worker.ts'
import { createLeftRuns } from './left-runs.ts'
import { openSharedProgress } from './shared-progress.ts'
import { createSubmit, type Submission } from './submit-job.ts'
import { within } from './within.ts'

/** The batch jobs of a platform. Every process that opens them shares one durable queue. */
export interface Jobs extends AsyncDisposable {
  /**
   * Puts a job into the queue; its run exists once it resolves.
   * @throws CodedError `BAD_USER_INPUT`, `QUEUE_FULL`, `BUSY`, `IDEMPOTENCY_CONFLICT`, and what the ports throw.
   */
  submit(submission: Submission): Promise<JobRecord>
  /**
   * Stops a job, wherever it is. Resolves once it is over, or is taking longer than it has to; one that was over stays as it is.
   * @throws CodedError `JOB_NOT_FOUND`, and what control throws while nobody can be told.
   */
  cancel(id: string): Promise<JobRecord>
  get(id: string): JobRecord | undefined
  /** Those of a use case or of all, newest first. */
  list(useCase?: string): readonly JobRecord[]
  /**
   * The job as it is now, then every state of it and between them its progress, some ten times a second; ends after its last
   * state. @throws CodedError `JOB_NOT_FOUND`, at once.
   */
  updates(id: string, signal?: AbortSignal): AsyncIterableIterator<JobRecord>
}

export interface JobsOptions {
  useCases: readonly UseCase[]
  control: Control
  cache: Cache
  tracking: Tracking
  /** Names this process. */
  instance: string
  /** Jobs that this process trains at once. Default 1; 0 for one that only answers for others. */
  concurrency?: number | undefined
  /** Jobs that may wait, over all processes. */
  mostQueued?: number | undefined
  start: StartTraining
  /** Makes the first model of a use case its champion. */
  registry?: { promoteFirst(useCase: string, run: string): Promise<unknown> } | undefined
  timing?: Partial<JobTiming> | undefined
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}

const MOST_QUEUED = 50

export async function openJobs({
  useCases,
  control,
  cache,
  tracking,
  instance: owner,
  concurrency = 1,
  mostQueued = MOST_QUEUED,
  start,
  registry,
  timing: given,
  notice,
}: JobsOptions): Promise<Jobs> {
  const timing = { ...JOB_TIMING, ...given }
  const closing = new AbortController()
  const workers = new Map<string, JobWorker>()
  /** Those of them that only put an end to a job. */
  const ending = new Set<string>()
  await using opened = new AsyncDisposableStack()
  const store = opened.use(
    createJobStore({
      control,
      owner,
      onTaken: id => workers.get(id)?.yieldTo(),
      onCancel(id) {
        workers.get(id)?.cancel()
        queue.wake()
      },
    }),
  )
  const progress = opened.use(
    await openSharedProgress({ cache, instance: owner, everyMs: timing.reportMs, onProgress: store.advance }),
  )
  const left = opened.use(createLeftRuns({ useCases, tracking, store, retryMs: timing.retryMs }))
  const leases = opened.use(
    createJobLeases({ cache, owner, timing, onLost: id => workers.get(id)?.yieldTo() }),
  )
  const queue = opened.use(
    createJobQueue({
      store,
      leases,
      owner,
      timing,
      hasRoom: () => workers.size - ending.size < concurrency,
      isHere: id => workers.has(id),
      take,
      onError: ({ message }) => notice('warn', `Batch jobs: the queue cannot be read: ${message}`),
    }),
  )
  opened.defer(async () => {
    closing.abort()
    for (const worker of workers.values()) worker.handBack()
    // Each gives up by then; what cannot be stored is found by whoever looks next.
    const ends = Promise.all([...workers.values()].map(({ ended }) => ended))
    if (!(await within(timing.closeMs * 1.5, ends)))
      notice('warn', 'Batch jobs: a training did not end in time.')
  })
  const submit = createSubmit({ useCases, store, cache, tracking, owner, mostQueued })
  opened.use(
    store.onChange(({ id, state }) => {
      if (state === 'QUEUED' && !workers.has(id)) queue.wake()
    }),
  )
  left.close()
  queue.wake()

  function take(job: JobRecord): void {
    const useCase = useCases.find(({ id }) => id === job.spec.useCase)
    if (!useCase || closing.signal.aborted) return void leases.release(job.id)
    if (store.isCancelled(job.id)) ending.add(job.id)
    const worker = startJobWorker({
      job,
      useCase,
      owner,
      store,
      leases,
      tracking,
      start,
      promoteFirst: async (id, run) => registry?.promoteFirst(id, run),
      onProgress: progress.tell,
      onLeftRun: left.close,
      timing,
      notice,
    })
    workers.set(job.id, worker)
    void worker.ended.finally(() => {
      workers.delete(job.id)
      ending.delete(job.id)
      queue.wake()
    })
  }

  function require(id: string): JobRecord {
    const job = store.get(id)
    if (job && job.run !== '') return job
    throw new CodedError('JOB_NOT_FOUND', `There is no batch job ${id}.`)
  }

  async function cancel(id: string): Promise<JobRecord> {
    if (isFinal(require(id).state)) return require(id)
    const worker = workers.get(id)
    worker?.cancel()
    await store.requestCancel(id).catch(error => {
      if (!worker) throw error
    })
    queue.wake()
    const patience = AbortSignal.timeout(timing.graceMs + timing.closeMs)
    let last = require(id)
    for await (last of jobUpdates({
      store,
      id,
      everyMs: timing.updateMs,
      signals: [patience, closing.signal],
    }));
    // Its last state may have come before the request.
    if (isFinal(last.state)) await store.forgetCancel(id).catch(() => {})
    return last
  }

  const owned = opened.move()
  return {
    submit,
    cancel,
    get(id) {
      const job = store.get(id)
      return job?.run === '' ? undefined : job
    },
    list: useCase => store.list(useCase),
    updates: (id, signal) =>
      jobUpdates({
        store,
        id: require(id).id,
        everyMs: timing.updateMs,
        signals: [closing.signal, ...(signal ? [signal] : [])],
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
