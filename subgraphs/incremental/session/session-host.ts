import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Emitter } from '../emitter.ts'
import { appendMetrics } from './append-metrics.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { startRunner } from './runner.ts'
import { SessionNotFoundError } from './session-errors.ts'
import type { SessionLeases } from './session-leases.ts'
import type { SessionEntry, SessionRegistry } from './session-registry.ts'
import type { SessionEvents } from './sessions-api.ts'
import { figuresOf } from './session-view.ts'
import type { Transition } from './transition.ts'

export interface SessionHost {
  /** Runs a session whose lease is held. Resolves once that is recorded; rejects when it cannot be. */
  launch(entry: SessionEntry, paused: boolean): Promise<void>
  fail(entry: SessionEntry, error: Error): Promise<void>
  /** Lets go of a session that another process runs now. */
  yieldTo(entry: SessionEntry): Promise<void>
  /** Puts a session down, so that whoever comes next continues it at once. */
  suspend(entry: SessionEntry): Promise<void>
  /** From now on nothing is launched any more. */
  close(): void
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
  events,
  owner,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  checkpoints: CheckpointStore
  registry: SessionRegistry
  leases: SessionLeases
  transition: Transition
  events: Emitter<SessionEvents>
  owner: string
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): SessionHost {
  let closed = false

  async function launch(entry: SessionEntry, paused: boolean): Promise<void> {
    const useCase = useCases.find(({ id }) => id === entry.view.record.useCase)
    if (!useCase)
      throw new SessionNotFoundError(`${entry.view.record.useCase} is not a use case of this platform.`)
    entry.view.local = true
    delete entry.ending
    await transition(entry, 'STARTING', { owner })
    // The platform was closed meanwhile and will not come back for a runner that begins now.
    if (closed || entry.ending) return
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
      onMetrics(metrics) {
        entry.view.metrics = metrics
        entry.view.metricsAt = Date.now()
        events.emit('metrics', entry.view)
        appendMetrics(log, useCase, entry.view).catch(error => {
          if (!closed && !entry.ending)
            notice('warn', `${useCase.id}: metrics were not appended: ${error.message}`)
        })
      },
      onCheckpoint({ header, hash, sizeBytes }, report) {
        entry.view.report = report
        entry.view.checkpoint = { sequence: header.sequence, at: header.at, sizeBytes, hash }
        events.emit('checkpoint', entry.view)
      },
      onContinued({ header, hash, sizeBytes }) {
        entry.view.checkpoint = { sequence: header.sequence, at: header.at, sizeBytes, hash }
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
        transition(entry, paused ? 'PAUSED' : 'RUNNING').catch(error =>
          notice('warn', `${useCase.id}: the state of its session was not stored: ${error.message}`),
        )
      },
      () => {},
    )
  }

  async function ended(entry: SessionEntry): Promise<void> {
    delete entry.runner
    if (entry.ending === 'suspend' || entry.ending === 'yield') return
    await transition(entry, 'FINISHED', { owner: null })
    await letGo(entry)
  }

  /** Continues the session after a pause, or gives it up; what fails on the way counts as another loss. */
  async function lost(entry: SessionEntry, cause: Error & { code?: string }): Promise<void> {
    delete entry.runner
    if (cause.code === 'WRITER_FENCED') return yieldTo(entry)
    const paused = entry.view.record.paused === true
    const { useCase } = entry.view.record
    const recoveries = entry.view.record.recoveries + 1
    for (let error = cause; !closed && entry.ending !== 'suspend' && entry.ending !== 'yield'; ) {
      const delay = entry.ending ? null : entry.recovery.delayAfter(error)
      if (delay === null) return fail(entry, error)
      notice('warn', `${useCase}: ${error.message} It continues from its last checkpoint.`)
      try {
        await transition(entry, 'LOST', { reason: error.message, recoveries }).finally(() => sleep(delay))
        if (!closed && !entry.ending && entry.view.record.state === 'LOST') await launch(entry, paused)
        return
      } catch (next) {
        error = next as Error
      }
    }
  }

  async function fail(entry: SessionEntry, { message }: Error): Promise<void> {
    notice('error', `${entry.view.record.useCase}: the session failed: ${message}`)
    try {
      await transition(entry, 'FAILED', { reason: message, owner: null })
    } finally {
      await letGo(entry)
    }
  }

  async function letGo(entry: SessionEntry): Promise<void> {
    entry.view.local = false
    await leases.release(entry.view.record.useCase)
  }

  async function yieldTo(entry: SessionEntry): Promise<void> {
    if (!entry.view.local) return
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
    close() {
      closed = true
    },
    async suspend(entry) {
      entry.ending = 'suspend'
      const { id, useCase } = entry.view.record
      await entry.runner?.stop().catch(error => notice('warn', `${useCase}: ${error.message}`))
      // Lost to another process meanwhile.
      if (!entry.view.local) return
      // The state stays as it was, so the next start continues; no owner means it was put down in order.
      const { state, paused } = entry.view.record
      await registry
        .store({
          ...entry.view.record,
          state: state === 'STARTING' || state === 'LOST' ? (paused ? 'PAUSED' : 'RUNNING') : state,
          owner: null,
          last: figuresOf(entry.view),
        })
        .catch(error => notice('warn', `${useCase}: session ${id} was not put down: ${error.message}`))
      await letGo(entry)
    },
  }
}
