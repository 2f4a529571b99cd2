import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEmitter } from '../emitter.ts'
import { createTurns } from '../turns.ts'
import { within } from '../within.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { claimSession } from './claim-session.ts'
import { createConclude } from './conclude.ts'
import { checkLearner } from './check-learner.ts'
import { createSession } from './create-session.ts'
import type { ModelChange } from './members/model-change.ts'
import { followFigures } from './follow-figures.ts'
import { areNewer } from './newer-figures.ts'
import { createRemoteControl } from './remote-control.ts'
import { createSessionActions, requireState } from './session-actions.ts'
import { createSessionChanges } from './session-changes.ts'
import { createSessionClaims } from './session-claims.ts'
import { SessionConflictError, SessionNotFoundError } from './session-errors.ts'
import { createSessionHost } from './session-host.ts'
import { createSessionLeases, LEASE_TIMING, type LeaseTiming } from './session-leases.ts'
import { isActive } from './session-record.ts'
import { createSessionRegistry, type SessionEntry } from './session-registry.ts'
import type { SessionEvents, Sessions, StartOptions } from './sessions-api.ts'
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
  const yieldTo = (entry: SessionEntry) => {
    host.yieldTo(entry).catch(error => notice('warn', `${entry.view.record.useCase}: ${error.message}`))
  }
  const registry = opened.use(
    createSessionRegistry({
      control,
      onChange: ({ view }) => events.emit('state', view),
      onTaken: yieldTo,
    }),
  )
  const closing = new AbortController()
  const transition = createTransition({ events, registry })
  const conclude = createConclude({ transition, registry, closing: closing.signal })
  const leases = opened.use(
    createSessionLeases({
      cache,
      owner,
      timing,
      onLost(useCase) {
        // Not the current one if others have begun a new session while this process was frozen.
        for (const entry of registry.local()) if (entry.view.record.useCase === useCase) yieldTo(entry)
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
    conclude,
    events,
    owner,
    timing,
    closing: closing.signal,
    notice,
  })
  opened.use(
    await followFigures({
      useCases,
      log,
      onFigures(id, figures) {
        const view = registry.get(id)?.view
        if (!view || view.local || !areNewer(figures, view)) return
        Object.assign(view, figures)
        events.emit('progress', view)
        events.emit('metrics', view)
      },
    }),
  )
  // Two requests at once must not both find that nothing runs.
  const inTurn = createTurns()
  // What people ask for is done in their order, also where another process does it and ours must not wait meanwhile.
  const inOrder = createTurns()
  let claims: ReturnType<typeof createSessionClaims> | undefined

  async function isVacant(useCase: string): Promise<boolean> {
    const view = registry.current(useCase)?.view
    if (closing.signal.aborted || view?.local || (view && !isActive(view.record.state))) return false
    return !(await leases.isTaken(useCase))
  }

  const claim = (useCase: UseCase) =>
    inTurn(useCase.id, async () => {
      if (closing.signal.aborted) return
      const createFirst = () => create(useCase, { from: 'EARLIEST' })
      await claimSession({ useCase, control, registry, leases, transition, host, createFirst })
    })

  async function create(
    useCase: UseCase,
    { from, seed: givenSeed, ...model }: StartOptions,
  ): Promise<SessionEntry> {
    const previous = registry.current(useCase.id)?.view.record
    return registry.remember(
      await createSession({
        useCase,
        from,
        seed: givenSeed ?? `${seed}/${useCase.id}`,
        model,
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

  const act = createSessionActions({ transition, notice })

  const remote = opened.use(
    createRemoteControl({
      control,
      events,
      onCommand(useCase, session, action) {
        const entry = registry.get(session)
        if (!entry?.view.local) return
        inTurn(useCase, async () => {
          if (entry.view.local) await act[action](entry)
        }).catch(error => notice('warn', `${useCase}: ${action} was not possible: ${error.message}`))
      },
    }),
  )

  const command = (useCase: string, action: keyof typeof act) =>
    inOrder(useCase, async () => {
      // What another process answered for a moment ago may not have come here yet.
      if (!registry.current(useCase)?.view.local) await within(timing.leaseMs, control.settle())
      for (;;) {
        const { entry, answer } = await inTurn(useCase, async () => {
          const entry = requireActive(useCase)
          if (action !== 'stop') requireState(entry, action === 'pause' ? 'RUNNING' : 'PAUSED')
          if (!entry.view.local) return { entry, answer: null }
          await act[action](entry)
          return { entry, answer: { ...entry.view } }
        })
        const answered = answer ?? (await remote.ask(entry.view, action))
        if (answered) return answered
      }
    })

  const changes = opened.use(createSessionChanges({ control, registry, inTurn, notice }))

  const change = (useCase: string, wanted: ModelChange) =>
    inOrder(useCase, async () => {
      if (!registry.current(useCase)?.view.local) await within(timing.leaseMs, control.settle())
      return changes.make(requireActive(useCase), wanted)
    })

  async function start(useCase: UseCase, options: StartOptions) {
    const { learner, parameters, challengers = [] } = options
    checkLearner(useCase, learner ?? useCase.online.learner, parameters ?? {})
    for (const challenger of challengers) checkLearner(useCase, challenger.learner, challenger.parameters)
    await control.settle()
    requireNone(useCase.id)
    const isFree = await takeSoon(useCase.id)
    let entry: SessionEntry
    try {
      // Another process may have begun one before the lease was ours.
      await control.settle()
      requireNone(useCase.id, isFree)
      entry = await create(useCase, options)
    } catch (error) {
      await leases.release(useCase.id)
      throw error
    }
    try {
      await host.launch(entry, false)
      for (const challenger of challengers) await entry.runner?.change({ type: 'add', challenger })
    } catch (error) {
      await host.fail(entry, error as Error).catch(() => {})
      throw error
    }
    return { ...entry.view }
  }

  /** A session that has just ended elsewhere lets go of its lease a moment after it says so. */
  async function takeSoon(useCase: string): Promise<boolean> {
    const patience = performance.now() + 2 * timing.renewMs
    while (!(await leases.take(useCase))) {
      if (performance.now() > patience) return false
      await sleep(timing.lookMs / 5)
      requireNone(useCase)
    }
    return true
  }

  function requireNone(useCase: string, isFree = true): void {
    const view = registry.current(useCase)?.view
    const state = view?.record.state
    if (view && state && isActive(state))
      throw new SessionConflictError(`${useCase} has a session that is ${state}; stop it first.`, view)
    if (view?.local)
      throw new SessionConflictError(`The session of ${useCase} is being put down; try again.`, view)
    if (isFree) return
    const message = `Another process is about to run a session of ${useCase}; try again.`
    throw view ? new SessionConflictError(message, view) : new SessionNotFoundError(message)
  }

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
        onError(useCase, error) {
          if (!closing.signal.aborted) notice('warn', `${useCase}: ${error.message}`)
        },
      })
      await claims.now()
    },
    start: (useCaseId, options) =>
      inOrder(useCaseId, () =>
        inTurn(useCaseId, async () => {
          const useCase = useCases.find(({ id }) => id === useCaseId)
          if (!useCase) throw new SessionNotFoundError(`${useCaseId} is not a use case of this platform.`)
          return start(useCase, options)
        }),
      ),
    stop: useCase => command(useCase, 'stop'),
    pause: useCase => command(useCase, 'pause'),
    resume: useCase => command(useCase, 'resume'),
    change,
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('This process is ending; ask another.'))
      claims?.[Symbol.dispose]()
      // What is being launched or stopped comes to an end first, if the log lets it.
      await within(timing.leaseMs, Promise.all(useCases.map(({ id }) => inTurn(id, async () => {}))))
      await Promise.all(registry.local().map(entry => host.suspend(entry)))
      await owned.disposeAsync()
    },
  }
}
