import type { EventLog } from '#ports/event-log.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { ServiceReport } from '#subgraphs/service-status.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Sessions } from '../session/sessions-api.ts'
import { runStatusOf } from './run-status.ts'
import { createRunWriter, type RunPace, type RunWriter } from './run-writer.ts'
import { sessionsOfRunningRuns } from './sessions-of-running-runs.ts'
import { createTrackingOutage, type TrackingNotice } from './tracking-outage.ts'
import type { SessionView } from '../session/session-view.ts'

export interface SessionTracking extends AsyncDisposable {
  /** Whether what is to be logged gets through. */
  report(): ServiceReport
}

export interface SessionTrackingOptions {
  useCases: readonly UseCase[]
  tracking: Tracking
  log: EventLog
  sessions: Pick<Sessions, 'events' | 'get' | 'list'>
  /** Remembers the run of a session for all processes. */
  assignRun: (session: string, run: string) => Promise<void>
  /** Bytes of a session's newest checkpoint; null if there is none. */
  readCheckpoint: (session: string) => Promise<Uint8Array | null>
  notice: TrackingNotice
  codeVersion: string
  pace?: Partial<RunPace & { closingMs: number; finishMs: number }>
  now?: () => number
}

const PACE = {
  batchMs: 5000,
  artifactsMs: 300_000,
  retryMs: 1000,
  /** Time until runs are looked for whose process ended before it could close them: their own process gets it first. */
  closingMs: 30_000,
  /** Longest that the end of a process waits for the last batches. */
  finishMs: 5000,
}

/**
 * Logs every session that this process runs to an MLflow run of its own: parameters, tags, metrics over time, artifacts,
 * status. A session that another process continues keeps its run. Dispose of the sessions first, so that their last figures
 * are logged. An outage of the tracking engine delays what is logged and, when it is long, thins out metrics.
 */
export function openSessionTracking({
  useCases,
  tracking,
  log,
  sessions,
  assignRun,
  readCheckpoint,
  notice,
  codeVersion,
  pace: given = {},
  now = Date.now,
}: SessionTrackingOptions): SessionTracking {
  const pace = { ...PACE, ...given }
  const outage = createTrackingOutage(notice)
  const writers = new Map<string, RunWriter>()
  /** Writers of sessions that were put down, on their way out. */
  const finishing = new Set<Promise<void>>()
  const listening = new DisposableStack()
  const statusOf = (view: SessionView) => runStatusOf(view, sessions)
  let closingTimer: NodeJS.Timeout | undefined
  let closing = false

  function open(view: SessionView): RunWriter | undefined {
    const session = view.record.id
    const useCase = useCases.find(({ id }) => id === view.record.useCase)
    if (!useCase) return
    const writer = createRunWriter({
      view,
      useCase,
      tracking,
      log,
      codeVersion,
      statusOf,
      assignRun,
      readCheckpoint,
      outage,
      pace,
      now,
      onEnd: () => writers.delete(session),
    })
    writers.set(session, writer)
    return writer
  }

  /** The writer of a session, while it is ours to log. */
  function writerOf(view: SessionView): RunWriter | undefined {
    const session = view.record.id
    const writer = writers.get(session)
    const hasEnded = statusOf(view) !== 'RUNNING'
    if (view.local || (writer && hasEnded)) return writer ?? open(view)
    if (hasEnded) closeLeftSoon()
    if (!writer) return
    writers.delete(session)
    // Put down in order, or run, and logged, by another process by now.
    if (view.record.owner === null) finish(writer)
    else writer.close()
    return
  }

  function finish(writer: RunWriter): Promise<void> {
    const finished = writer.finish().then(() => {
      writer.close()
      finishing.delete(finished)
    })
    finishing.add(finished)
    return finished
  }

  function closeLeftSoon(): void {
    closingTimer ??= setTimeout(() => {
      closingTimer = undefined
      void closeLeft()
    }, pace.closingMs).unref()
  }

  /** Runs whose session has ended, but not their status: logs the last that is known of it, and closes them. */
  async function closeLeft(): Promise<void> {
    try {
      for (const useCase of useCases) {
        for (const session of await sessionsOfRunningRuns(tracking, useCase)) {
          const view = sessions.get(session)
          if (closing || !view || writers.has(session) || statusOf(view) === 'RUNNING') continue
          open(view)?.update(view)
        }
      }
    } catch {
      // An outage; the writers of this process tell of it.
      if (!closing) closeLeftSoon()
    }
  }

  const { events } = sessions
  listening.use(events.on('state', view => writerOf(view)?.update(view)))
  listening.use(events.on('metrics', view => writerOf(view)?.update(view)))
  listening.use(events.on('checkpoint', view => writerOf(view)?.checkpointed(view)))
  void closeLeft()

  return {
    report() {
      const reason = outage.reason()
      return reason === null ? { state: 'UP', message: null } : { state: 'DEGRADED', message: reason }
    },
    async [Symbol.asyncDispose]() {
      closing = true
      clearTimeout(closingTimer)
      listening.dispose()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>(resolve => (timer = setTimeout(resolve, pace.finishMs)))
      for (const writer of writers.values()) finish(writer)
      await Promise.race([Promise.all(finishing), patience])
      clearTimeout(timer)
      for (const writer of writers.values()) writer.close()
    },
  }
}
