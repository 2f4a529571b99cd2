import { PortError, type PortErrorCode } from '#ports/port-error.ts'
import type { RunStatus } from '#ports/tracking.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import { createMetricQueue } from './metric-queue.ts'
import { openRun } from './open-run.ts'
import { runTagsOf } from './run-tags-of.ts'
import type { SessionView } from '../session/session-view.ts'
import type { TrackingOutage } from './tracking-outage.ts'
import { type ArtifactSources, writeArtifacts } from './write-artifacts.ts'

/** Logs one session to its run. Nothing here ever rejects or blocks: what can't be sent now waits, within bounds. */
export interface RunWriter {
  /** The session has new figures, or another state. */
  update(view: SessionView): void
  /** A checkpoint became durable. */
  checkpointed(view: SessionView): void
  /** Resolves once all that is known so far is logged, or was tried once more. Only `close` may follow. */
  finish(): Promise<void>
  /** Sends nothing more. */
  close(): void
}

export interface RunWriterOptions extends ArtifactSources {
  view: SessionView
  statusOf: (view: SessionView) => RunStatus
  assignRun: (session: string, run: string) => Promise<void>
  outage: TrackingOutage
  /** Called once when the session has ended and its run says so. */
  onEnd: () => void
  pace: RunPace
  now: () => number
}

/** Milliseconds. */
export interface RunPace {
  /** Shortest time between two batches of metrics. */
  batchMs: number
  /** Shortest time between two uploads of artifacts while the session runs. */
  artifactsMs: number
  /** First pause after a failure; doubles up to a minute. */
  retryMs: number
}

interface OpenRun {
  id: string
  status: RunStatus
  /** As they stand in the run. */
  tags: Record<string, string>
}

const LONGEST_RETRY_MS = 60_000
/** Time between batches grows with the run's age, so that months of it are some ten thousand points. */
const AGE_SHARE = 1 / 2000
/** A store that takes metrics but no files must not keep a run from ending. */
const MOST_ARTIFACT_ATTEMPTS = 5
/** Trying again would be refused again. */
const FINAL: readonly PortErrorCode[] = ['INVALID_ARGUMENT', 'TRACKING_REFUSED', 'ENGINE_UNSUPPORTED']

export function createRunWriter({
  view: first,
  statusOf,
  assignRun,
  outage,
  onEnd,
  pace: { batchMs, artifactsMs, retryMs },
  now,
  ...options
}: RunWriterOptions): RunWriter {
  const { tracking, useCase, codeVersion } = options
  const session = first.record.id
  const queue = createMetricQueue({ onDropped: outage.dropped })
  const tags: Record<string, string> = {}
  let view = first
  let run: OpenRun | null = null
  let metricsDueAt = 0
  let metricsTimer: NodeJS.Timeout | undefined
  let artifactsDueAt = 0
  let artifactsWanted = false
  let artifactAttempts = 0
  let finishing = false
  let closed = false
  let working: Promise<void> | null = null
  let wakeUp: (() => void) | null = null

  const hasEnded = () => statusOf(view) !== 'RUNNING'
  const newTags = ({ tags: sent }: OpenRun) =>
    Object.entries(tags).filter(([key, value]) => sent[key] !== value)
  const hasWork = () =>
    !run || queue.size > 0 || artifactsWanted || newTags(run).length > 0 || run.status !== statusOf(view)

  function takeMetrics(): void {
    clearTimeout(metricsTimer)
    metricsTimer = undefined
    if (view.metricsAt !== null) {
      metricsDueAt = now() + Math.max(batchMs, (now() - view.record.startedAt) * AGE_SHARE)
    }
    queue.add(view)
    tags[RUN_TAGS.observations] = JSON.stringify(
      Object.fromEntries(view.metrics.map(({ name, n }) => [name, n])),
    )
    work()
  }

  function work(): void {
    if (working || closed) return
    working = deliver().finally(() => {
      working = null
      if (!finishing && hasWork()) work()
    })
  }

  async function deliver(): Promise<void> {
    for (let failures = 0; !closed && hasWork(); ) {
      try {
        await sendAll()
        outage.worked(session)
        failures = 0
      } catch (error) {
        if (closed) return
        // A run that was deleted is begun anew by the next attempt.
        if (codeOf(error) === 'NOT_FOUND') run = null
        outage.failed(session, error as Error)
        if (finishing) return
        await pause(Math.min(LONGEST_RETRY_MS, retryMs * 2 ** failures++))
      }
    }
    if (closed || !hasEnded()) return
    close()
    onEnd()
  }

  async function sendAll(): Promise<void> {
    const { id } = run ?? (await begin())
    while (queue.size > 0) {
      await unlessRefused('metrics', () => tracking.log(id, { metrics: queue.next() }))
      queue.sent()
    }
    const changed = run ? Object.fromEntries(newTags(run)) : {}
    if (Object.keys(changed).length > 0) {
      await unlessRefused('tags', () => tracking.log(id, { tags: changed }))
      if (run) Object.assign(run.tags, changed)
    }
    if (artifactsWanted) await sendArtifacts(id)
    const status = statusOf(view)
    if (run && run.status !== status) {
      const end = status === 'RUNNING' ? {} : { endedAt: view.record.endedAt ?? now() }
      await unlessRefused('the status', () => tracking.updateRun(id, { status, ...end }))
      run.status = status
    }
  }

  async function begin(): Promise<OpenRun> {
    const { id, status, tags, metrics } = await openRun({ view, useCase, tracking, codeVersion })
    if (id !== view.record.run) await assignRun(session, id)
    queue.resume(metrics)
    return (run = { id, status, tags: { ...tags } })
  }

  async function sendArtifacts(id: string): Promise<void> {
    artifactsWanted = false
    try {
      await writeArtifacts(id, view, options)
      artifactAttempts = 0
    } catch (error) {
      artifactsWanted = !isFinal(error) && ++artifactAttempts < MOST_ARTIFACT_ATTEMPTS
      if (artifactsWanted) throw error
      artifactAttempts = 0
      outage.refused(`the artifacts of session ${session}`, error as Error)
    }
  }

  async function unlessRefused(what: string, send: () => Promise<unknown>): Promise<void> {
    try {
      await send()
    } catch (error) {
      if (!isFinal(error)) throw error
      outage.refused(`${what} of session ${session}`, error as Error)
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function close(): void {
    if (closed) return
    closed = true
    clearTimeout(metricsTimer)
    wakeUp?.()
    outage.left(session)
  }

  return {
    update(next) {
      view = next
      if (closed) return
      Object.assign(tags, runTagsOf(view.record, codeVersion))
      if (hasEnded()) artifactsWanted = true
      if (hasEnded() || now() >= metricsDueAt) takeMetrics()
      else {
        metricsTimer ??= setTimeout(takeMetrics, metricsDueAt - now()).unref()
        if (hasWork()) work()
      }
    },
    checkpointed(next) {
      view = next
      if (closed || now() < artifactsDueAt) return
      artifactsDueAt = now() + artifactsMs
      artifactsWanted = true
      work()
    },
    async finish() {
      if (closed) return
      finishing = true
      artifactsWanted = true
      wakeUp?.()
      await working
      takeMetrics()
      await working
    },
    close,
  }
}

function isFinal(error: unknown): boolean {
  return FINAL.includes(codeOf(error) as PortErrorCode)
}

function codeOf(error: unknown): PortErrorCode | null {
  return error instanceof PortError ? error.code : null
}
