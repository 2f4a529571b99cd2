import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEmitter } from '../emitter.ts'
import { createTurns } from '../turns.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { createSession, type StartFrom } from './create-session.ts'
import { followFigures } from './follow-figures.ts'
import { createRemoteControl } from './remote-control.ts'
import { createSessionClaims } from './session-claims.ts'
import { SessionConflictError, SessionNotFoundError } from './session-errors.ts'
import { createSessionHost } from './session-host.ts'
import { createSessionLeases, LEASE_TIMING, type LeaseTiming } from './session-leases.ts'
import { isActive } from './session-record.ts'
import { createSessionRegistry, type SessionEntry } from './session-registry.ts'
import type { SessionEvents, Sessions } from './sessions-api.ts'
import { createTransition } from './transition.ts'

/**
 * The training sessions of a deployment: one active per use case, each run by the process that holds its lease. Every process
 * knows all of them, and passes on what is asked of those that run elsewhere.
 */
export async function openSessions({
  useCases,
  log,
  cache,
  checkpoints,
  control,
  seed,
  instance: owner,
  timing = LEASE_TIMING,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  checkpoints: CheckpointStore
  control: Control
  seed: string
  /** Names this process among those that share the sessions. */
  instance: string
  timing?: LeaseTiming | undefined
  notice: (level: 'info' | 'warn' | 'error', message: string) => void
}): Promise<Sessions> {
  await using opened = new AsyncDisposableStack()
  const events = createEmitter<SessionEvents>()
  const registry = opened.use(
    createSessionRegistry({ control, onChange: ({ view }) => events.emit('state', view) }),
  )
  const transition = createTransition({ events, registry })
  const leases = opened.use(
    createSessionLeases({
      cache,
      owner,
      timing,
      onLost(useCase) {
        const entry = registry.current(useCase)
        if (entry) host.yieldTo(entry).catch(error => notice('warn', `${useCase}: ${error.message}`))
      },
    }),
  )
  const host = createSessionHost({
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
  })
  opened.use(
    await followFigures({
      useCases,
      log,
      onFigures(id, figures) {
        const view = registry.get(id)?.view
        // What its end or its putting down recorded is newer than the metrics of the same moment.
        if (!view || view.local || (view.metricsAt ?? 0) >= (figures.metricsAt ?? 0)) return
        Object.assign(view, figures)
        events.emit('progress', view)
        events.emit('metrics', view)
      },
    }),
  )
  // Two requests at once must not both find that nothing runs.
  const inTurn = createTurns()
  let claims: ReturnType<typeof createSessionClaims> | undefined

  const isOurs = (useCase: string) => registry.current(useCase)?.view.local === true

  async function isVacant(useCase: string): Promise<boolean> {
    const record = registry.current(useCase)?.view.record
    if (isOurs(useCase) || (record && !isActive(record.state))) return false
    return !(await leases.isTaken(useCase))
  }

  /** Takes over what another process ran, or begins with the first session. */
  const claim = (useCase: UseCase) =>
    inTurn(useCase.id, async () => {
      if (isOurs(useCase.id) || !(await leases.take(useCase.id))) return
      try {
        await control.settle()
        const entry = registry.current(useCase.id)
        if (!entry) return await host.launch(await create(useCase, 'EARLIEST', undefined), false)
        const { state, owner: holder, recoveries, paused } = entry.view.record
        if (!isActive(state)) return await leases.release(useCase.id)
        if (state === 'STOPPING') {
          await transition(entry, 'FINISHED', { owner: null })
          return await leases.release(useCase.id)
        }
        if (holder !== null) {
          const reason = 'The process that held the session ended without putting it down.'
          await transition(entry, 'LOST', { reason, recoveries: recoveries + 1 })
        }
        await host.launch(entry, paused === true)
      } catch (error) {
        const entry = registry.current(useCase.id)
        if (entry && !entry.runner) entry.view.local = false
        await leases.release(useCase.id)
        throw error
      }
    })

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

  const act = {
    async stop(entry: SessionEntry) {
      const { useCase, state } = entry.view.record
      if (!entry.runner)
        throw new SessionConflictError(`The session of ${useCase} is ${state}; try again.`, entry.view)
      entry.ending = 'stop'
      await transition(entry, 'STOPPING')
      const { settled } = entry
      await entry.runner.stop().catch(() => {})
      await settled
    },
    async pause(entry: SessionEntry) {
      const { runner } = requireState(entry, 'RUNNING')
      await runner?.pause()
      await transition(entry, 'PAUSED')
    },
    async resume(entry: SessionEntry) {
      const { runner } = requireState(entry, 'PAUSED')
      runner?.resume()
      await transition(entry, 'RUNNING')
    },
  }

  function requireState(entry: SessionEntry, wanted: 'RUNNING' | 'PAUSED'): SessionEntry {
    const { useCase, state } = entry.view.record
    if (state === wanted && (entry.runner || !entry.view.local)) return entry
    throw new SessionConflictError(`The session of ${useCase} is ${state}, ${wanted} is wanted.`, entry.view)
  }

  const remote = opened.use(
    createRemoteControl({
      control,
      events,
      onCommand(useCase, session, action) {
        const entry = registry.get(session)
        if (!entry?.view.local) return
        inTurn(useCase, () => act[action](entry)).catch(error =>
          notice('warn', `${useCase}: ${action} was not possible: ${error.message}`),
        )
      },
    }),
  )

  const command = (useCase: string, action: keyof typeof act) =>
    inTurn(useCase, async () => {
      const entry = requireActive(useCase)
      if (action !== 'stop') requireState(entry, action === 'pause' ? 'RUNNING' : 'PAUSED')
      if (entry.view.local) await act[action](entry)
      else await remote.ask(entry.view, action)
      return { ...entry.view }
    })

  const owned = opened.move()
  return {
    events,
    current: useCase => registry.current(useCase)?.view,
    get: id => registry.get(id)?.view,
    list: useCase => registry.list(useCase).map(({ view }) => view),
    runner: useCase => registry.current(useCase)?.runner,
    async assignRun(id, run) {
      const entry = registry.get(id)
      if (!entry?.view.local) return
      entry.view.record = { ...entry.view.record, run }
      await registry.store(entry.view.record)
    },
    async restore() {
      claims ??= createSessionClaims({
        useCases,
        timing,
        isVacant,
        wasPutDown: useCase => (registry.current(useCase)?.view.record.owner ?? null) === null,
        running: () => registry.local().length,
        claim: async id => claim(useCases.find(useCase => useCase.id === id) as UseCase),
        onError: (useCase, error) => notice('warn', `${useCase}: ${error.message}`),
      })
      await claims.now()
    },
    start: (useCaseId, { from, seed: givenSeed }) =>
      inTurn(useCaseId, async () => {
        const useCase = useCases.find(({ id }) => id === useCaseId)
        if (!useCase) throw new SessionNotFoundError(`${useCaseId} is not a use case of this platform.`)
        const taken = await leases.take(useCaseId)
        await control.settle()
        const active = registry.current(useCaseId)
        if (active && (isActive(active.view.record.state) || !taken)) {
          const { state } = active.view.record
          if (!active.view.local) await leases.release(useCaseId)
          throw new SessionConflictError(
            isActive(state)
              ? `${useCaseId} has a session that is ${state}; stop it first.`
              : `Another process is about to run a session of ${useCaseId}.`,
            active.view,
          )
        }
        const entry = await create(useCase, from, givenSeed).catch(async error => {
          await leases.release(useCaseId)
          throw error
        })
        try {
          await host.launch(entry, false)
        } catch (error) {
          await host.fail(entry, error as Error).catch(() => {})
          throw error
        }
        return { ...entry.view }
      }),
    stop: useCase => command(useCase, 'stop'),
    pause: useCase => command(useCase, 'pause'),
    resume: useCase => command(useCase, 'resume'),
    async [Symbol.asyncDispose]() {
      host.close()
      claims?.[Symbol.dispose]()
      await Promise.all(registry.local().map(entry => host.suspend(entry)))
      await owned.disposeAsync()
    },
  }
}
