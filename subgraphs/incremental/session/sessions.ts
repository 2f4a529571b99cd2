import { randomUUID } from 'node:crypto'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Control } from '../control.ts'
import { createEmitter, type Emitter } from '../emitter.ts'
import { createTurns } from '../turns.ts'
import { encodeCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { type Runner, startRunner } from './runner.ts'
import { isActive, type SessionRecord, type SessionState } from './session-record.ts'
import type { SessionFigures } from './session-figures.ts'
import type { SessionView } from './session-view.ts'

export type StartFrom = 'LAST_CHECKPOINT' | 'EARLIEST' | 'LATEST'

export interface SessionEvents {
  /** A change of state. */
  state: SessionView
  progress: SessionView
  metrics: SessionView
  outcomes: { view: SessionView; rows: Float64Array }
  /** A checkpoint became durable. */
  checkpoint: SessionView
}

export interface Sessions extends AsyncDisposable {
  readonly events: Emitter<SessionEvents>
  /** Continues what ran when the platform was last up; starts a first session where there was none. */
  restore(): Promise<void>
  current(useCase: string): SessionView | undefined
  get(id: string): SessionView | undefined
  /** Newest first. */
  list(useCase: string): SessionView[]
  runner(useCase: string): Runner | undefined
  /** @throws SessionConflictError */
  start(useCase: string, options: { from: StartFrom; seed?: string | undefined }): Promise<SessionView>
  stop(useCase: string): Promise<SessionView>
  pause(useCase: string): Promise<SessionView>
  resume(useCase: string): Promise<SessionView>
}

export class SessionConflictError extends Error {
  readonly code = 'SESSION_CONFLICT'
  readonly view: SessionView
  constructor(message: string, view: SessionView) {
    super(message)
    this.view = view
  }
}

export class SessionNotFoundError extends Error {
  readonly code = 'SESSION_NOT_FOUND'
}

const LEASE_MS = 15_000
const RENEW_MS = 5000
/** Recoveries within the window after which a session gives up: something is wrong that a restart does not mend. */
const MAX_RECOVERIES = 5
const RECOVERY_WINDOW_MS = 60_000
const FIRST_BACKOFF_MS = 200
/** Errors that will not go away by trying again. */
const FINAL_CODES = new Set(['CHECKPOINT_CORRUPT', 'CHECKPOINT_VERSION', 'UNKNOWN_LEARNER'])

interface Entry {
  view: SessionView
  runner?: Runner
  /** Set while the platform is stopping the session itself. */
  ending?: 'stop' | 'suspend'
  lostAt: number[]
  /** Resolves once the state that follows the runner's end is durable. */
  settled?: Promise<void>
}

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
  const entries = new Map<string, Entry>()
  const newest = new Map<string, string>()
  const renewal = setInterval(renewLeases, RENEW_MS)
  renewal.unref()
  let closed = false
  // Two requests at once must not both find that nothing runs.
  const inTurn = createTurns()

  for (const [, record] of control.entries<SessionRecord>('session/')) remember(record)

  function remember(record: SessionRecord): Entry {
    const entry: Entry = {
      view: { progress: null, metrics: [], metricsAt: null, checkpoint: null, ...record.last, record },
      lostAt: [],
    }
    entries.set(record.id, entry)
    const last = newest.get(record.useCase)
    if (!last || (entries.get(last) as Entry).view.record.ordinal <= record.ordinal)
      newest.set(record.useCase, record.id)
    return entry
  }

  function currentEntry(useCase: string): Entry | undefined {
    const id = newest.get(useCase)
    return id === undefined ? undefined : entries.get(id)
  }

  function requireActive(useCase: string): Entry {
    const entry = currentEntry(useCase)
    if (!entry) throw new SessionNotFoundError(`${useCase} has no training session.`)
    if (!isActive(entry.view.record.state)) {
      throw new SessionConflictError(
        `The session of ${useCase} is ${entry.view.record.state}, an active one is wanted.`,
        entry.view,
      )
    }
    return entry
  }

  async function transition(
    entry: Entry,
    state: SessionState,
    change: Partial<SessionRecord> = {},
  ): Promise<void> {
    const ended = state === 'FINISHED' || state === 'FAILED'
    entry.view.record = {
      ...entry.view.record,
      state,
      reason: null,
      ...(ended && { endedAt: Date.now(), last: figuresOf(entry.view) }),
      ...change,
    }
    events.emit('state', entry.view)
    await control.put(`session/${entry.view.record.id}`, entry.view.record)
  }

  async function launch(entry: Entry, paused: boolean): Promise<void> {
    const useCase = useCases.find(({ id }) => id === entry.view.record.useCase)
    if (!useCase)
      throw new SessionNotFoundError(`${entry.view.record.useCase} is not a use case of this platform.`)
    const lease = await cache.acquireLease(`session/${useCase.id}`, owner, LEASE_MS)
    if (!lease)
      throw new SessionConflictError(`Another process holds the lease of ${useCase.id}.`, entry.view)
    await transition(entry, 'STARTING', { owner })
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
      () => ended(entry, null),
      error => ended(entry, error as Error & { code?: string }),
    )
    runner.live.then(
      () =>
        entry.runner === runner && !entry.ending
          ? transition(entry, paused ? 'PAUSED' : 'RUNNING')
          : undefined,
      () => {},
    )
  }

  function publishMetrics(useCase: UseCase, entry: Entry, metrics: MetricValue[]): void {
    const at = Date.now()
    entry.view.metrics = metrics
    entry.view.metricsAt = at
    events.emit('metrics', entry.view)
    const { id } = entry.view.record
    const predictions = entry.view.progress?.sequence ?? 0
    const value = JSON.stringify({ v: 1, useCase: useCase.id, session: id, at, predictions, metrics })
    log.append(topicsOf(useCase).metrics, [{ key: id, value }]).catch(error => {
      if (!closed) notice('warn', `${useCase.id}: metrics were not appended: ${error.message}`)
    })
  }

  async function ended(entry: Entry, error: (Error & { code?: string }) | null): Promise<void> {
    delete entry.runner
    if (entry.ending === 'suspend') return
    if (!error) {
      await cache.releaseLease(`session/${entry.view.record.useCase}`, owner)
      await transition(entry, 'FINISHED', { owner: null })
      return
    }
    const now = performance.now()
    entry.lostAt = [...entry.lostAt.filter(at => now - at < RECOVERY_WINDOW_MS), now]
    const paused = entry.view.record.state === 'PAUSED'
    if (closed) return
    if (entry.ending || FINAL_CODES.has(error.code ?? '') || entry.lostAt.length > MAX_RECOVERIES) {
      notice('error', `${entry.view.record.useCase}: the session failed: ${error.message}`)
      await cache.releaseLease(`session/${entry.view.record.useCase}`, owner)
      await transition(entry, 'FAILED', { reason: error.message, owner: null })
      return
    }
    notice('warn', `${entry.view.record.useCase}: ${error.message} It continues from its last checkpoint.`)
    await transition(entry, 'LOST', { reason: error.message, recoveries: entry.view.record.recoveries + 1 })
    await new Promise(resolve => setTimeout(resolve, FIRST_BACKOFF_MS * 2 ** (entry.lostAt.length - 1)))
    if (!closed && entry.view.record.state === 'LOST') await launch(entry, paused)
  }

  async function renewLeases(): Promise<void> {
    for (const entry of entries.values()) {
      if (entry.runner)
        await cache.acquireLease(`session/${entry.view.record.useCase}`, owner, LEASE_MS).catch(() => null)
    }
  }

  async function create(useCase: UseCase, from: StartFrom, givenSeed: string | undefined): Promise<Entry> {
    const previous = currentEntry(useCase.id)
    const checkpoint =
      from === 'LAST_CHECKPOINT' && previous ? await checkpoints.latest(previous.view.record.id) : null
    const topics = topicsOf(useCase)
    const infos = await log.topics([topics.events, topics.labels, topics.predictions])
    const offsets = (name: string, side: 'start' | 'end') =>
      infos.find(info => info.name === name)?.partitions.map(partition => partition[side]) ?? []
    const side = from === 'LATEST' ? 'end' : 'start'
    const ordinal = (previous?.view.record.ordinal ?? 0) + 1
    const ends = offsets(topics.predictions, 'end')
    const orderPartition = ordinal % ends.length
    const record: SessionRecord = {
      v: 1,
      id: randomUUID(),
      useCase: useCase.id,
      state: 'STARTING',
      reason: null,
      ordinal,
      learner: useCase.online.learner,
      parameters: useCase.online.params,
      seed: givenSeed ?? `${seed}/${useCase.id}`,
      origin: checkpoint ? checkpoint.header.session : null,
      source: checkpoint?.header.source ?? offsets(topics.events, side),
      labels: checkpoint?.header.labels ?? offsets(topics.labels, side),
      orderPartition,
      orderStart: ends[orderPartition] ?? 0,
      startedAt: Date.now(),
      endedAt: null,
      recoveries: 0,
      owner,
    }
    if (checkpoint) {
      const header = {
        ...checkpoint.header,
        session: record.id,
        orderPartition,
        orderOffset: record.orderStart,
        at: record.startedAt,
      }
      await checkpoints.save(
        record.id,
        header.sequence,
        header.at,
        encodeCheckpoint(header, checkpoint.payload).bytes,
      )
    }
    return remember(record)
  }

  return {
    events,
    current: useCase => currentEntry(useCase)?.view,
    get: id => entries.get(id)?.view,
    list: useCase =>
      [...entries.values()]
        .map(({ view }) => view)
        .filter(({ record }) => record.useCase === useCase)
        .sort((a, b) => b.record.ordinal - a.record.ordinal),
    runner: useCase => currentEntry(useCase)?.runner,
    async restore() {
      for (const useCase of useCases) {
        const entry = currentEntry(useCase.id)
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
        await launch(entry, state === 'PAUSED')
      }
    },
    start: (useCaseId, { from, seed: givenSeed }) =>
      inTurn(useCaseId, async () => {
        const useCase = useCases.find(({ id }) => id === useCaseId)
        if (!useCase) throw new SessionNotFoundError(`${useCaseId} is not a use case of this platform.`)
        const active = currentEntry(useCaseId)
        if (active && isActive(active.view.record.state)) {
          throw new SessionConflictError(
            `${useCaseId} has a session that is ${active.view.record.state}; stop it first.`,
            active.view,
          )
        }
        const entry = await create(useCase, from, givenSeed)
        await launch(entry, false)
        return entry.view
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
        return entry.view
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
        return entry.view
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
        return entry.view
      }),
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(renewal)
      const running = [...entries.values()].filter(entry => entry.runner)
      await Promise.all(
        running.map(async entry => {
          entry.ending = 'suspend'
          await entry.runner
            ?.stop()
            .catch(error => notice('warn', `${entry.view.record.useCase}: ${error.message}`))
          await cache.releaseLease(`session/${entry.view.record.useCase}`, owner)
          // The state stays as it was, so the next start continues; no owner means it was put down in order.
          const { state } = entry.view.record
          await control.put(`session/${entry.view.record.id}`, {
            ...entry.view.record,
            state: state === 'STARTING' ? 'RUNNING' : state,
            owner: null,
            last: figuresOf(entry.view),
          })
        }),
      )
    },
  }
}

function figuresOf({ progress, metrics, metricsAt, checkpoint }: SessionView): SessionFigures {
  return { progress, metrics, metricsAt, checkpoint }
}
