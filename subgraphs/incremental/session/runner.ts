import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { EventLog, FencedWriter } from '#ports/event-log.ts'
import type { Cache } from '#ports/cache.ts'
import { groupsOf, topicsOf } from '#use-cases/topics.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { Checkpoint } from './checkpoint.ts'
import { createCheckpointer } from './checkpointer.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { EngineProgress } from './engine-api.ts'
import { createFeed } from './feed.ts'
import { findCheckpoint } from './find-checkpoint.ts'
import { packItems, transferables } from './packed-items.ts'
import { METRICS_INTERVAL_MS, type Previewed, type Stepped } from './protocol.ts'
import { createPublisher } from './publisher.ts'
import { type Recovered, replayOrderLog } from './recovery.ts'
import type { SessionRecord } from './session-record.ts'
import type { TaskReport } from './task-report.ts'
import { type Traces, tracesOf } from './traces.ts'
import { watchWorker } from './watch-worker.ts'
import { startWorker } from './worker-client.ts'

export interface RunnerEvents {
  onProgress(progress: EngineProgress): void
  /** Triples sequence, label, loss; called once they are durable. */
  onOutcomes(rows: Float64Array): void
  onMetrics(metrics: MetricValue[], progress: EngineProgress): void
  /** A checkpoint became durable. */
  onCheckpoint(checkpoint: Omit<Checkpoint, 'payload'>, report: TaskReport): void
  /** The checkpoint that it continues from. */
  onContinued(checkpoint: Omit<Checkpoint, 'payload'>): void
  onNotice(level: 'info' | 'warn', message: string): void
}

export interface Runner {
  /** Resolves when recovery is done and live records are being read. */
  readonly live: Promise<void>
  /** Resolves after `stop`, rejects when the worker or the log fails. */
  readonly done: Promise<void>
  pause(): Promise<void>
  resume(): void
  /** Drains what was read, takes a last checkpoint, ends the worker. */
  stop(): Promise<void>
  preview(event: Record<string, unknown>): Promise<Previewed>
  /** Ends the thread at once, as a crash would: `done` rejects, and what was not published is computed again later. */
  terminate(): Promise<void>
}

export interface RunnerOptions extends RunnerEvents {
  useCase: UseCase
  record: SessionRecord
  log: EventLog
  cache: Cache
  checkpoints: CheckpointStore
  paused: boolean
}

const MAX_ITEMS = 500
/** Steps that the worker computes or the log writes while the next is being read. */
const MAX_IN_FLIGHT = 3
const COMMIT_MS = 200

/** Runs one session: recovery, then log → worker → log, with checkpoints. */
export function startRunner({
  useCase,
  record,
  log,
  cache,
  checkpoints,
  paused: startPaused,
  ...events
}: RunnerOptions): Runner {
  const topics = topicsOf(useCase)
  const worker = startWorker()
  const reading = new AbortController()
  const { promise: live, resolve: goLive, reject: neverLive } = Promise.withResolvers<void>()
  live.catch(() => {})
  let paused: PromiseWithResolvers<void> | null = startPaused ? Promise.withResolvers<void>() : null
  let stopping = false
  let published: Promise<void> = Promise.resolve()
  const inFlight: Promise<void>[] = []
  let writer: FencedWriter | undefined
  let progress: EngineProgress | undefined
  let metricsFresh = true
  let committedAt = 0
  let commitDirty = false

  const done = run().finally(async () => {
    reading.abort()
    await published.catch(() => {})
    await worker[Symbol.asyncDispose]()
    await writer?.[Symbol.asyncDispose]()
  })
  done.catch(error => neverLive(error))

  async function run(): Promise<void> {
    // From here on nothing can be published any more by whoever ran the session before.
    writer = await log.openWriter(`session/${record.id}`)
    const started = await findCheckpoint(checkpoints, record)
    // That of a predecessor has the state, but knows nothing of this session's own records.
    const own = started?.header.session === record.id ? started.header : undefined
    if (started) events.onContinued(started)
    progress = await worker.call(
      'open',
      {
        useCase: useCase.id,
        session: record.id,
        learner: record.learner,
        params: record.parameters,
        seed: record.seed,
        source: record.source,
        labels: record.labels,
        ...(started && { state: started.payload }),
      },
      started ? [started.payload] : [],
    )
    const recovered = await replayOrderLog({
      log,
      worker,
      topics,
      session: record.id,
      partition: record.orderPartition,
      from: {
        order: own?.orderOffset ?? record.orderStart,
        outcomes: own?.outcomeOffset ?? record.outcomeStart ?? 0,
        deadLetters: own?.deadLetterOffsets ?? record.deadLetterStart ?? record.source.map(() => 0),
      },
      progress,
    })
    if (recovered.diverged > 0) {
      events.onNotice(
        'warn',
        `${recovered.diverged} of ${recovered.replayed} replayed predictions differ from the published ones, which count.`,
      )
    }
    const now = recovered.progress
    progress = now
    events.onProgress(now)
    events.onMetrics(await worker.call('metrics', {}), now)
    if (started || recovered.replayed > 0) {
      events.onNotice(
        'info',
        `Continues at prediction ${now.sequence}, ${recovered.replayed} replayed from the order log.`,
      )
    }
    await pump(writer, recovered)
  }

  async function pump(
    to: FencedWriter,
    { progress: from, upTo, alreadyDead, unpublished }: Recovered,
  ): Promise<void> {
    const publisher = createPublisher({
      writer: to,
      topics,
      session: record.id,
      partition: record.orderPartition,
      upTo,
      alreadyDead,
    })
    await publisher.publish({ ...NOTHING, outcomes: unpublished, progress: from })
    const checkpointer = createCheckpointer({
      record,
      worker,
      store: checkpoints,
      cache,
      inOrder(act) {
        const done = published.then(act)
        published = done.then(() => {})
        // Who asked hears of a failure, and so does the next step.
        published.catch(() => {})
        return done
      },
      upTo: publisher.upTo,
      onCheckpoint: events.onCheckpoint,
      onNotice: events.onNotice,
    })
    const feed = createFeed({
      log,
      eventsTopic: topics.events,
      labelsTopic: useCase.task === 'clustering' ? null : topics.labels,
      source: from.source,
      labels: from.labels,
      signal: reading.signal,
      onGap: (topic, gap) =>
        events.onNotice(
          'warn',
          `Retention took offsets ${gap.from} to ${gap.to} of ${topic}, partition ${gap.partition}.`,
        ),
    })
    const timer = setInterval(tick, METRICS_INTERVAL_MS)
    let failure: unknown
    const fail = (error: unknown) => {
      failure ??= error
      reading.abort()
    }
    worker.ended.catch(fail)
    const stopHeartbeat = watchWorker(worker, fail)
    goLive()
    try {
      while (!stopping && !failure) {
        while (inFlight.length >= MAX_IN_FLIGHT) await inFlight[0]
        const items = await feed.next(MAX_ITEMS)
        if (!items) break
        // What was read while pausing is held back, not lost: its offsets have not advanced.
        while (paused && !stopping && !failure) await Promise.race([paused.promise, aborted(reading.signal)])
        if (stopping || failure) break
        const packed = packItems(items)
        const traces = tracesOf(items)
        const step = worker.call('step', { items: packed }, transferables(packed))
        step.catch(fail)
        checkpointer.fed(items.length)
        published = published.then(async () => finishStep(await step, publisher, traces))
        published.catch(fail)
        inFlight.push(published.catch(() => {}).finally(() => void inFlight.shift()))
        if (checkpointer.isDue()) checkpointer.take().catch(fail)
      }
      await published
      if (failure) throw failure
      await checkpointer.last()
      await commit()
    } finally {
      clearInterval(timer)
      stopHeartbeat()
    }
    if (failure) throw failure

    function tick(): void {
      if (checkpointer.isDue()) checkpointer.take().catch(fail)
      if (commitDirty && performance.now() - committedAt >= COMMIT_MS) void commit()
      if (!metricsFresh && inFlight.length === 0) refreshMetrics().catch(fail)
    }
  }

  async function finishStep(
    step: Stepped,
    publisher: ReturnType<typeof createPublisher>,
    traces: Traces,
  ): Promise<void> {
    await publisher.publish(step, traces)
    progress = step.progress
    commitDirty = true
    if (step.outcomes.length > 0) events.onOutcomes(step.outcomes)
    events.onProgress(step.progress)
    metricsFresh = step.metrics !== null
    if (step.metrics) events.onMetrics(step.metrics, step.progress)
  }

  async function refreshMetrics(): Promise<void> {
    metricsFresh = true
    const metrics = await worker.call('metrics', {})
    if (progress) events.onMetrics(metrics, progress)
  }

  async function commit(): Promise<void> {
    if (!progress) return
    commitDirty = false
    committedAt = performance.now()
    // Committed offsets only serve lag: one that fails is made up for by the next.
    await log.commit(topics.events, groupsOf(useCase).learners, progress.source).catch(() => {
      commitDirty = true
    })
  }

  return {
    live,
    done,
    async pause() {
      paused ??= Promise.withResolvers<void>()
      await published
    },
    resume() {
      paused?.resolve()
      paused = null
    },
    async stop() {
      stopping = true
      paused?.resolve()
      reading.abort()
      await done
    },
    preview: event => worker.call('preview', { event }),
    async terminate() {
      await worker[Symbol.asyncDispose]()
    },
  }
}

/** What publishing needs of a step that has nothing to publish. */
const NOTHING = { bytes: new Uint8Array(0), ends: new Uint32Array(0), deadLetters: [] }

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
