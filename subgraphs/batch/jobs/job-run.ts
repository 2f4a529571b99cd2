import { PortError, type PortErrorCode } from '#ports/port-error.ts'
import type { MetricPoint, RunStatus, Tracking } from '#ports/tracking.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { TrainingResult } from '../training/training-result.ts'
import { backOff } from './back-off.ts'
import type { JobRecord } from './job.ts'
import { jobRunTags, progressPoints, resultParams, resultPoints, resultTags } from './job-run-entries.ts'
import type { JobTiming } from './job-timing.ts'
import { runStatusOf } from './open-job-run.ts'

/** Logs a job that works to its run. */
export interface JobRun extends AsyncDisposable {
  /** The job has another state or progress. It never rejects: what cannot be sent now waits. */
  update(job: JobRecord): void
  /** Stores all that a training left, and only then says that the run is finished. @throws CodedError `RESULT_NOT_STORED`. */
  finish(job: JobRecord, result: TrainingResult, signal: AbortSignal): Promise<void>
}

/** Trying again would be refused again; a run that is not there was deleted by somebody. */
const FINAL: readonly PortErrorCode[] = [
  'INVALID_ARGUMENT',
  'TRACKING_REFUSED',
  'ENGINE_UNSUPPORTED',
  'NOT_FOUND',
]

export function createJobRun({
  tracking,
  run,
  timing: { reportMs, retryMs, storeMs },
  notice,
}: {
  tracking: Tracking
  /** Id of the run. */
  run: string
  timing: JobTiming
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): JobRun {
  const closing = new AbortController()
  /** Last step of each metric of the run, known once it was read. */
  let logged: Map<string, number> | null = null
  let wanted: JobRecord | null = null
  let sent: { status: RunStatus; tags: Readonly<Record<string, string>> } | null = null
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | null = null
  let failing = false

  function schedule(): void {
    if (timer || sending || closing.signal.aborted) return
    // That it runs is said at once, how far it is every now and then.
    const wait = sent ? reportMs : 0
    timer = setTimeout(() => {
      timer = undefined
      sending = report().finally(() => {
        sending = null
        if (wanted) schedule()
      })
    }, wait).unref()
  }

  async function report(): Promise<void> {
    const { signal } = closing
    await backOff(send, { retryMs, signal, isFinal, onFailure: tellOnce }).catch(error => {
      // The result is stored, or refused, whatever became of what is told before.
      if (!signal.aborted) notice('warn', `Tracking refused the progress of run ${run}: ${error.message}`)
    })
  }

  async function send(): Promise<void> {
    const job = wanted
    wanted = null
    if (!job) return
    try {
      logged ??= await lastSteps()
      const steps = new Map(logged)
      const metrics = progressPoints(job.progress, steps, Date.now())
      await sendState(job, metrics)
      logged = steps
      failing = false
    } catch (error) {
      wanted ??= job
      throw error
    }
  }

  /** A training that began again gives the same points, which are there already. */
  async function lastSteps(): Promise<Map<string, number>> {
    const found = await tracking.run(run)
    return new Map(found?.metrics.map(({ name, step }) => [name, step]))
  }

  async function sendState(job: JobRecord, metrics: MetricPoint[]): Promise<void> {
    const tags = jobRunTags(job)
    const status = runStatusOf(job)
    const changed = Object.entries(tags).filter(([key, value]) => sent?.tags[key] !== value)
    if (changed.length > 0 || metrics.length > 0) {
      await tracking.log(run, { tags: Object.fromEntries(changed), metrics })
    }
    if (sent?.status !== status) await tracking.updateRun(run, { status })
    sent = { status, tags }
  }

  function tellOnce({ message }: Error): void {
    if (!failing) notice('warn', `Tracking: ${message} What a job has to log waits until it works again.`)
    failing = true
  }

  async function stop(): Promise<void> {
    clearTimeout(timer)
    closing.abort()
    await sending
  }

  return {
    update(job) {
      wanted = job
      schedule()
    },
    async finish(job, result, signal) {
      await stop()
      const written = new Set<string>()
      // Points with the same time are not doubled when they are sent again.
      const at = Date.now()
      const store = async () => {
        wanted ??= job
        await send()
        for (const [path, content] of result.files) {
          if (written.has(path)) continue
          signal.throwIfAborted()
          await tracking.artifacts.write(run, path, content)
          written.add(path)
        }
        await logResult(result, at)
        signal.throwIfAborted()
        const done = { ...job, state: 'DONE' } as const
        await tracking.log(run, { tags: { ...jobRunTags(done), ...resultTags(result) } })
        await tracking.updateRun(run, { status: 'FINISHED', endedAt: at })
      }
      try {
        await backOff(store, { retryMs, patienceMs: storeMs, signal, isFinal, onFailure: tellOnce })
      } catch (error) {
        signal.throwIfAborted()
        throw new CodedError(
          'RESULT_NOT_STORED',
          `What the training left could not be stored in its run: ${(error as Error).message}`,
        )
      }
    },
    [Symbol.asyncDispose]: stop,
  }

  async function logResult(result: TrainingResult, at: number): Promise<void> {
    const params = resultParams(result)
    const there = (await tracking.run(run))?.params ?? {}
    // A param keeps its first value; the manifest has the one that counts.
    const fresh = Object.entries(params).filter(([name]) => !(name in there))
    await tracking.log(run, { params: Object.fromEntries(fresh), metrics: resultPoints(result, at) })
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof PortError && FINAL.includes(error.code)
}
