import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openSqliteTracking } from '#adapters/tracking/sqlite.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Run, Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { createEmitter } from '../emitter.ts'
import type { SessionRecord } from '../session/session-record.ts'
import type { SessionEvents } from '../session/sessions-api.ts'
import { openSessionTracking, type SessionTrackingOptions } from './session-tracking.ts'
import type { SessionView } from '../session/session-view.ts'

/** Fails what it is told to fail, as an engine does that is away. */
export interface Faults {
  /** Thrown by every call; null while all is well. */
  all: Error | null
  /** Thrown by writes of artifacts. */
  artifacts: Error | null
}

export interface TrackingBench extends AsyncDisposable {
  log: EventLog
  tracking: Tracking
  faults: Faults
  notices: string[]
  views: SessionView[]
  events: ReturnType<typeof createEmitter<SessionEvents>>
  assigned: [session: string, run: string][]
  /** By session. */
  checkpoints: Map<string, Uint8Array>
  open(change?: Partial<SessionTrackingOptions>): ReturnType<typeof openSessionTracking>
  /** A session that begins. */
  begin(useCase: string, change?: Partial<SessionRecord>): SessionView
  /** Gives a session another state and says so. */
  move(view: SessionView, change: Partial<SessionRecord>): void
  /** Gives a session other figures and says so. */
  measure(view: SessionView, figures: { step: number; value: number | null; labels?: number }): void
}

const START = 1_000_000
const SCHEDULE = { batchMs: 0, artifactsMs: 0, retryMs: 1, closingMs: 5, finishMs: 500 }

/** Sessions that a test moves by hand, logged to a store in a folder of its own. */
export async function openBench(): Promise<TrackingBench> {
  const folder = await mkdtemp(join(tmpdir(), 'tracking-'))
  const store = await openSqliteTracking({
    database: join(folder, 'mlflow.db'),
    artifactsDir: join(folder, 'artifacts'),
  })
  const log = createMemoryEventLog()
  await log.createTopics(useCases.map(useCase => ({ name: topicsOf(useCase as UseCase).outcomes })))
  const faults: Faults = { all: null, artifacts: null }
  const tracking = faulty(store, faults)
  const events = createEmitter<SessionEvents>()
  const views: SessionView[] = []
  const notices: string[] = []
  const assigned: [string, string][] = []
  const checkpoints = new Map<string, Uint8Array>()
  const list = (useCase: string) =>
    views
      .filter(({ record }) => record.useCase === useCase)
      .sort((a, b) => b.record.ordinal - a.record.ordinal)

  return {
    log,
    tracking,
    faults,
    notices,
    views,
    events,
    assigned,
    checkpoints,
    open: (change = {}) =>
      openSessionTracking({
        useCases: useCases as readonly UseCase[],
        tracking,
        log,
        sessions: { events, list, get: id => views.find(({ record }) => record.id === id) },
        assignRun: async (session, run) => {
          assigned.push([session, run])
          const view = views.find(({ record }) => record.id === session)
          if (view) view.record = { ...view.record, run }
        },
        readCheckpoint: async session => checkpoints.get(session) ?? null,
        notice: (level, message) => notices.push(`${level}: ${message}`),
        codeVersion: '1.2.3',
        pace: SCHEDULE,
        now: () => START,
        ...change,
      }),
    begin(useCase, change = {}) {
      const view = newView(useCase, list(useCase).length + 1, change)
      views.push(view)
      events.emit('state', view)
      return view
    },
    move(view, change) {
      view.record = { ...view.record, ...change }
      events.emit('state', view)
    },
    measure(view, { step, value, labels = step }) {
      view.metricsAt = START + step
      view.progress = {
        sequence: step,
        labelled: labels,
        pending: step - labels,
        rejected: 1,
        duplicates: 2,
        modelVersion: labels,
        modelBytes: 4096,
        source: [step, 0, 0],
        labels: [labels, 0, 0],
      }
      view.metrics = [
        { name: 'fbeta2', value, n: labels, direction: 'HIGHER_IS_BETTER', window: null, interval: null },
        { name: 'rocAuc', value: null, n: 0, direction: 'HIGHER_IS_BETTER', window: null, interval: null },
      ]
      events.emit('metrics', view)
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Every run of every experiment. */
export async function runsOf({ tracking }: TrackingBench): Promise<readonly Run[]> {
  const experimentIds = (await tracking.experiments()).map(({ id }) => id)
  return (await tracking.searchRuns({ experimentIds })).runs
}

/** Waits until the run of a session is as wanted. */
export async function settled(
  bench: TrackingBench,
  session: string,
  isWanted: (run: Run) => boolean,
): Promise<Run> {
  let found: Run | undefined
  await until(async () => {
    if (bench.faults.all) return false
    found = (await runsOf(bench)).find(run => run.tags['coelho.session'] === session)
    return found !== undefined && isWanted(found)
  })
  return found as Run
}

/** Waits until the run of a session is known to others as well. */
export function runOf(bench: TrackingBench, session: string, isWanted: (run: Run) => boolean = () => true) {
  return settled(bench, session, run => bench.assigned.some(([, id]) => id === run.id) && isWanted(run))
}

export function last(metrics: Run['metrics'], name: string): number | undefined {
  return metrics.find(metric => metric.name === name)?.value
}

export async function json({ tracking }: TrackingBench, run: string, path: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await tracking.artifacts.read(run, path))) as unknown
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited 5 s for ${String(condition)}.`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

function newView(useCase: string, ordinal: number, change: Partial<SessionRecord>): SessionView {
  const record: SessionRecord = {
    v: 1,
    id: `${useCase}-${ordinal}`,
    useCase,
    state: 'STARTING',
    reason: null,
    ordinal,
    learner: 'weighted-naive-bayes',
    parameters: { prior: 0.05, window: 'none' },
    seed: '42/TFD',
    origin: null,
    source: [3, 4, 5],
    labels: [0, 1, 2],
    orderPartition: 1,
    orderStart: 0,
    startedAt: START,
    endedAt: null,
    recoveries: 0,
    owner: 'me',
    run: null,
    ...change,
  }
  return {
    record,
    local: true,
    progress: null,
    metrics: [],
    models: [],
    promotions: [],
    metricsAt: null,
    checkpoint: null,
  }
}

function faulty(store: Tracking, faults: Faults): Tracking {
  const guard = <T extends object>(target: T, fault: () => Error | null): T =>
    new Proxy(target, {
      get(_, name) {
        const member = Reflect.get(target, name) as unknown
        if (typeof member !== 'function' || typeof name === 'symbol') return member
        return async (...args: unknown[]) => {
          const error = fault()
          if (error) throw error
          return Reflect.apply(member, target, args) as unknown
        }
      },
    })
  const artifacts = guard(store.artifacts, () => faults.all ?? faults.artifacts)
  return guard({ ...store, artifacts }, () => faults.all)
}
