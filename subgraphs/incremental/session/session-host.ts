import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Emitter } from '../emitter.ts'
import { within } from '../within.ts'
import { appendMetrics } from './append-metrics.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { Conclude } from './conclude.ts'
import { startRunner } from './runner.ts'
import { SessionNotFoundError } from './session-errors.ts'
import type { LeaseTiming, SessionLeases } from './session-leases.ts'
import type { SessionEntry, SessionRegistry } from './session-registry.ts'
import type { SessionEvents } from './sessions-api.ts'
import { figuresOf } from './session-view.ts'
import type { TaskReport } from './task-report.ts'
import type { Transition } from './transition.ts'

export interface SessionHost {
  /** Runs a session whose lease is held. Resolves once that is recorded; rejects when it cannot be. */
  launch(entry: SessionEntry, paused: boolean): Promise<void>
  fail(entry: SessionEntry, error: Error): Promise<void>
  /** Lets go of a session that another process runs now. */
  yieldTo(entry: SessionEntry): Promise<void>
  /** Puts a session down, so that whoever comes next continues it at once; one that cannot be in time is cut off. */
  suspend(entry: SessionEntry): Promise<void>
}

/** Runs the sessions of this process, each in a worker of its own, and continues them when that is lost. */
export function createSessionHost({
  useCases,
  log,
  cache,
  checkpoints,
  registry,
  leases,
  transition,
  conclude,
  events,
  owner,
  timing: { leaseMs },
  closing,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  checkpoints: CheckpointStore
  registry: SessionRegistry
  leases: SessionLeases
  transition: Transition
  conclude: Conclude
  events: Emitter<SessionEvents>
  owner: string
  timing: LeaseTiming
  /** Once aborted nothing is launched any more. */
  closing: AbortSignal
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): SessionHost {
  async function launch(entry: SessionEntry, paused: boolean): Promise<void> {
    closing.throwIfAborted()
    const useCase = useCases.find(({ id }) => id === entry.view.record.useCase)
    if (!useCase)
      throw new SessionNotFoundError(`${entry.view.record.useCase} is not a use case of this platform.`)
    entry.view.local = true
    delete entry.ending
    let reason: string | null = null
    await transition(entry, 'STARTING', { owner })
    // The platform was closed meanwhile and will not come back for a runner that begins now.
    if (closing.aborted || entry.ending) return
    const runner = startRunner({
      useCase,
      record: entry.view.record,
      log,
      cache,
      checkpoints,
      paused,
      onProgress(progress) {
        entry.view.progress = progress
        events.emit('progress', entry.view)
      },
      onOutcomes: rows => events.emit('outcomes', { view: entry.view, rows }),
      onEvaluation(evaluation) {
        Object.assign(entry.view, evaluation)
        entry.view.metricsAt = Date.now()
        events.emit('metrics', entry.view)
        tell(useCase, entry)
      },
      onReport(report) {
        entry.view.report = report
      },
      onCheckpoint({ header, hash, sizeBytes }, report) {
        entry.view.report = report
        entry.view.checkpoint = { sequence: header.sequence, at: header.at, sizeBytes, hash }
        events.emit('checkpoint', entry.view)
        tell(useCase, entry, report)
      },
      onContinued({ header, hash, sizeBytes }) {
        entry.view.checkpoint = { sequence: header.sequence, at: header.at, sizeBytes, hash }
      },
      onMissing(message) {
        reason = message
        notice('warn', `${useCase.id}: ${message}`)
      },
      onNotice: (level, message) => notice(level, `${useCase.id}: ${message}`),
    })
    entry.runner = runner
    entry.settled = runner.done.then(
      () => ended(entry),
      error => lost(entry, error as Error & { code?: string }),
    )
    // Whoever stops the session hears of a state that cannot be written; nobody else may end the process with it.
    entry.settled.catch(() => {})
    runner.live.then(
      () => {
        if (entry.runner !== runner || entry.ending) return
        conclude(entry, paused ? 'PAUSED' : 'RUNNING', { reason }).catch(error =>
          notice('warn', `${useCase.id}: the state of its session was not stored: ${error.message}`),
        )
      },
      () => {},
    )
  }

  function tell(useCase: UseCase, entry: SessionEntry, report?: TaskReport): void {
    appendMetrics(log, useCase, entry.view, report).catch(error => {
      if (!closing.aborted && !entry.ending)
        notice('warn', `${useCase.id}: metrics were not appended: ${error.message}`)
    })
  }

  async function ended(entry: SessionEntry): Promise<void> {
    delete entry.runner
    if (entry.ending === 'suspend' || entry.ending === 'yield') return
    await conclude(entry, 'FINISHED', { owner: null })
    await letGo(entry)
  }

  /** Continues the session after a pause, or gives it up; what fails on the way counts as another loss. */
  async function lost(entry: SessionEntry, cause: Error & { code?: string }): Promise<void> {
    delete entry.runner
    if (cause.code === 'WRITER_FENCED') return yieldTo(entry)
    const { useCase } = entry.view.record
    const recoveries = entry.view.record.recoveries + 1
    const isOver = () => closing.aborted || entry.ending === 'suspend' || entry.ending === 'yield'
    for (let error = cause; !isOver(); ) {
      const delay = entry.ending ? null : entry.recovery.delayAfter(error)
      if (delay === null) return fail(entry, error)
      notice('warn', `${useCase}: ${error.message} It continues from its last checkpoint.`)
      try {
        await transition(entry, 'LOST', { reason: error.message, recoveries }).finally(() => pause(delay))
        if (!isOver()) await launch(entry, entry.view.record.paused === true)
        return
      } catch (next) {
        error = next as Error
      }
    }
  }

  /** Cut short when the platform is closed. */
  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: closing }).catch(() => {})
  }

  async function fail(entry: SessionEntry, { message }: Error): Promise<void> {
    notice('error', `${entry.view.record.useCase}: the session failed: ${message}`)
    try {
      await conclude(entry, 'FAILED', { reason: message, owner: null })
    } finally {
      await letGo(entry)
    }
  }

  async function letGo(entry: SessionEntry): Promise<void> {
    entry.view.local = false
    await leases.release(entry.view.record.useCase)
  }

  async function yieldTo(entry: SessionEntry): Promise<void> {
    if (!entry.view.local || entry.ending === 'yield') return
    entry.ending = 'yield'
    notice('warn', `${entry.view.record.useCase}: another process runs the session now.`)
    // What it still has in flight is refused by the log.
    await entry.runner?.terminate()
    await entry.runner?.done.catch(() => {})
    delete entry.runner
    await letGo(entry)
    registry.refresh(entry)
    events.emit('state', entry.view)
  }

  return {
    launch,
    fail,
    yieldTo,
    async suspend(entry) {
      entry.ending = 'suspend'
      const { id, useCase } = entry.view.record
      const { runner } = entry
      const stopped = (runner?.stop() ?? Promise.resolve())
        .catch(error => notice('warn', `${useCase}: ${error.message}`))
        .then(() => entry.settled?.catch(() => {}))
        .then(() => true)
      // By then others would have taken it anyway.
      if (!(await within(leaseMs, stopped))) {
        notice('warn', `${useCase}: session ${id} did not end in ${leaseMs / 1000} s and is cut off.`)
        runner?.terminate().catch(() => {})
      }
      // Lost to another process meanwhile.
      if (!entry.view.local) return
      // The state stays as it was, so the next start continues; no owner means it was put down in order.
      const { state, paused } = entry.view.record
      const record = {
        ...entry.view.record,
        state:
          state === 'STARTING' || state === 'LOST'
            ? paused
              ? ('PAUSED' as const)
              : ('RUNNING' as const)
            : state,
        owner: null,
        last: figuresOf(entry.view),
      }
      const stored = registry.store(record).then(() => true)
      const why = await within(leaseMs / 2, stored).catch((error: Error) => error.message)
      if (why !== true)
        notice(
          'warn',
          `${useCase}: session ${id} was not put down: ${why ?? 'the log did not answer in time.'}`,
        )
      await letGo(entry)
    },
  }
}
