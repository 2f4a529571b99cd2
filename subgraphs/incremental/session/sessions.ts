import { randomUUID } from 'node:crypto'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Control } from '../control.ts'
import { createEmitter } from '../emitter.ts'
import { createTurns } from '../turns.ts'
import { appendMetrics } from './append-metrics.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { createSession, type StartFrom } from './create-session.ts'
import { startRunner } from './runner.ts'
import { SessionConflictError, SessionNotFoundError } from './session-errors.ts'
import { isActive, type SessionRecord } from './session-record.ts'
import { createSessionRegistry, type SessionEntry } from './session-registry.ts'
import { figuresOf } from './session-view.ts'
import type { SessionEvents, Sessions } from './sessions-api.ts'
import { createTransition } from './transition.ts'

const LEASE_MS = 15_000
const RENEW_MS = 5000
/** The training sessions of this process: one active per use case, each in a worker of its own. */
export function createSessions({
  useCases,
  log,
  cache,
  checkpoints,
  control,
  seed,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  checkpoints: CheckpointStore
  control: Control
  seed: string
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): Sessions {
  const owner = `${process.pid}-${randomUUID()}`
  const events = createEmitter<SessionEvents>()
  const transition = createTransition({ events, control })
  const registry = createSessionRegistry(
    control.entries<SessionRecord>('session/').map(([, record]) => record),
  )
  const renewal = setInterval(renewLeases, RENEW_MS)
  renewal.unref()
  let closed = false
  // Two requests at once must not both find that nothing runs.
  const inTurn = createTurns()

  function requireActive(useCase: string): SessionEntry {
    const entry = registry.current(useCase)
    if (!entry) throw new SessionNotFoundError(`${useCase} has no training session.`)
    if (!isActive(entry.view.record.state)) {
      throw new SessionConflictError(
        `The session of ${useCase} is ${entry.view.record.state}, an active one is wanted.`,
        entry.view,
      )
    }
    return entry
  }

  async function launch(entry: SessionEntry, paused: boolean): Promise<void> {
    const useCase = useCases.find(({ id }) => id === entry.view.record.useCase)
    if (!useCase)
      throw new SessionNotFoundError(`${entry.view.record.useCase} is not a use case of this platform.`)
    const lease = await cache.acquireLease(`session/${useCase.id}`, owner, LEASE_MS)
    if (!lease)
      throw new SessionConflictError(`Another process holds the lease of ${useCase.id}.`, entry.view)
    await transition(entry, 'STARTING', { owner })
    // The platform was closed meanwhile and will not come back for a runner that begins now.
    if (closed) return
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
      onMetrics: metrics => publishMetrics(useCase, entry, metrics),
      onCheckpoint({ header, hash, sizeBytes }) {
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

  function publishMetrics(useCase: UseCase, entry: SessionEntry, metrics: MetricValue[]): void {
    entry.view.metrics = metrics
    entry.view.metricsAt = Date.now()
    events.emit('metrics', entry.view)
    appendMetrics(log, useCase, entry.view).catch(error => {
      if (!closed) notice('warn', `${useCase.id}: metrics were not appended: ${error.message}`)
    })
  }

  async function ended(entry: SessionEntry): Promise<void> {
    delete entry.runner
    if (entry.ending === 'suspend') return
    await cache.releaseLease(`session/${entry.view.record.useCase}`, owner)
    await transition(entry, 'FINISHED', { owner: null })
  }

  /** Continues the session after a pause, or gives it up; what fails on the way counts as another loss. */
  async function lost(entry: SessionEntry, cause: Error & { code?: string }): Promise<void> {
    delete entry.runner
    const paused = entry.view.record.paused === true
    const { useCase } = entry.view.record
    for (let error = cause; !closed && entry.ending !== 'suspend'; ) {
      const delay = entry.ending ? null : entry.recovery.delayAfter(error)
      if (delay === null) return fail(entry, error)
      notice('warn', `${useCase}: ${error.message} It continues from its last checkpoint.`)
      const recoveries = entry.view.record.recoveries + 1
      try {
        await transition(entry, 'LOST', { reason: error.message, recoveries })
        await new Promise(resolve => setTimeout(resolve, delay))
        if (!closed && entry.view.record.state === 'LOST') await launch(entry, paused)
        return
      } catch (next) {
        error = next as Error
      }
    }
  }

  async function fail(entry: SessionEntry, { message }: Error): Promise<void> {
    const { useCase } = entry.view.record
    notice('error', `${useCase}: the session failed: ${message}`)
    await cache.releaseLease(`session/${useCase}`, owner)
    await transition(entry, 'FAILED', { reason: message, owner: null })
  }

  async function renewLeases(): Promise<void> {
    for (const entry of registry.running()) {
      await cache.acquireLease(`session/${entry.view.record.useCase}`, owner, LEASE_MS).catch(() => null)
    }
  }

  async function create(
    useCase: UseCase,
    from: StartFrom,
    givenSeed: string | undefined,
  ): Promise<SessionEntry> {
    const previous = registry.current(useCase.id)?.view.record
    return registry.remember(
      await createSession({
        useCase,
        from,
        seed: givenSeed ?? `${seed}/${useCase.id}`,
        owner,
        log,
        checkpoints,
        ...(previous && { previous }),
      }),
    )
  }

  return {
    events,
    current: useCase => registry.current(useCase)?.view,
    get: id => registry.get(id)?.view,
    list: useCase => registry.list(useCase).map(({ view }) => view),
    runner: useCase => registry.current(useCase)?.runner,
    async restore() {
      for (const useCase of useCases) {
        const entry = registry.current(useCase.id)
        if (!entry) {
          await launch(await create(useCase, 'EARLIEST', undefined), false)
          continue
        }
        const { state, owner: holder } = entry.view.record
        if (!isActive(state)) continue
        if (state === 'STOPPING') {
          await transition(entry, 'FINISHED', { owner: null })
          continue
        }
        if (holder !== null) {
          const reason = 'The process that held the session ended without putting it down.'
          await transition(entry, 'LOST', { reason, recoveries: entry.view.record.recoveries + 1 })
        }
        await launch(entry, entry.view.record.paused === true)
      }
    },
    start: (useCaseId, { from, seed: givenSeed }) =>
      inTurn(useCaseId, async () => {
        const useCase = useCases.find(({ id }) => id === useCaseId)
        if (!useCase) throw new SessionNotFoundError(`${useCaseId} is not a use case of this platform.`)
        const active = registry.current(useCaseId)
        if (active && isActive(active.view.record.state)) {
          throw new SessionConflictError(
            `${useCaseId} has a session that is ${active.view.record.state}; stop it first.`,
            active.view,
          )
        }
        const entry = await create(useCase, from, givenSeed)
        try {
          await launch(entry, false)
        } catch (error) {
          await fail(entry, error as Error).catch(() => {})
          throw error
        }
        return { ...entry.view }
      }),
    stop: useCase =>
      inTurn(useCase, async () => {
        const entry = requireActive(useCase)
        if (!entry.runner)
          throw new SessionConflictError(
            `The session of ${useCase} is ${entry.view.record.state}; try again.`,
            entry.view,
          )
        entry.ending = 'stop'
        await transition(entry, 'STOPPING')
        const { settled } = entry
        await entry.runner.stop().catch(() => {})
        await settled
        return { ...entry.view }
      }),
    pause: useCase =>
      inTurn(useCase, async () => {
        const entry = requireActive(useCase)
        if (entry.view.record.state !== 'RUNNING' || !entry.runner) {
          throw new SessionConflictError(
            `The session of ${useCase} is ${entry.view.record.state}, RUNNING is wanted.`,
            entry.view,
          )
        }
        await entry.runner.pause()
        await transition(entry, 'PAUSED')
        return { ...entry.view }
      }),
    resume: useCase =>
      inTurn(useCase, async () => {
        const entry = requireActive(useCase)
        if (entry.view.record.state !== 'PAUSED' || !entry.runner) {
          throw new SessionConflictError(
            `The session of ${useCase} is ${entry.view.record.state}, PAUSED is wanted.`,
            entry.view,
          )
        }
        entry.runner.resume()
        await transition(entry, 'RUNNING')
        return { ...entry.view }
      }),
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(renewal)
      const running = registry.running()
      await Promise.all(
        running.map(async entry => {
          entry.ending = 'suspend'
          await entry.runner
            ?.stop()
            .catch(error => notice('warn', `${entry.view.record.useCase}: ${error.message}`))
          await cache.releaseLease(`session/${entry.view.record.useCase}`, owner)
          // The state stays as it was, so the next start continues; no owner means it was put down in order.
          const { state, paused } = entry.view.record
          await control.put(`session/${entry.view.record.id}`, {
            ...entry.view.record,
            state: state === 'STARTING' ? (paused ? 'PAUSED' : 'RUNNING') : state,
            owner: null,
            last: figuresOf(entry.view),
          })
        }),
      )
    },
  }
}
