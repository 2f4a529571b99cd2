import type { MetricValue } from '#learn/metrics/metric-set.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Cache } from '#ports/cache.ts'
import { groupsOf, topicsOf } from '#use-cases/topics.ts'
import type { UseCase } from '#use-cases/define.ts'
import { type Checkpoint, type CheckpointHeader, encodeCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { EngineProgress } from './engine-api.ts'
import { createFeed } from './feed.ts'
import { liveModelKey } from './live-model-key.ts'
import { packItems, transferables } from './packed-items.ts'
import { METRICS_INTERVAL_MS, type Previewed, type Stepped } from './protocol.ts'
import { createPublisher } from './publisher.ts'
import { replayOrderLog } from './recovery.ts'
import type { SessionRecord } from './session-record.ts'
import { watchWorker } from './watch-worker.ts'
import { startWorker } from './worker-client.ts'

export interface RunnerEvents {
  onProgress(progress: EngineProgress): void
  /** Triples sequence, label, loss; called once their predictions are durable. */
  onOutcomes(rows: Float64Array): void
  onMetrics(metrics: MetricValue[], progress: EngineProgress): void
  /** A checkpoint became durable. */
  onCheckpoint(checkpoint: Omit<Checkpoint, 'payload'>): void
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
const CHECKPOINT_EVENTS = 10_000
const CHECKPOINT_MS = 5000
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
  let sinceCheckpoint = 0
  let checkpointAt = performance.now()
  let checkpointing: Promise<void> | null = null
  let progress: EngineProgress | undefined
  let metricsFresh = true
  let committedAt = 0
  let commitDirty = false

  const done = run().finally(async () => {
    reading.abort()
    await published.catch(() => {})
    await worker[Symbol.asyncDispose]()
  })
  done.catch(error => neverLive(error))

  async function run(): Promise<void> {
    const started = await checkpoints.latest(record.id)
    const header = started?.header
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
      orderOffset: header?.orderOffset ?? record.orderStart,
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
    await pump(recovered.orderOffset, recovered.alreadyDead, now)
  }

  async function pump(
    orderOffset: number,
    alreadyDead: Parameters<typeof createPublisher>[0]['alreadyDead'],
    from: EngineProgress,
  ): Promise<void> {
    const publisher = createPublisher({
      log,
      topics,
      session: record.id,
      partition: record.orderPartition,
      orderOffset,
      alreadyDead,
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
    const timer = setInterval(() => tick(publisher), METRICS_INTERVAL_MS)
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
        const step = worker.call('step', { items: packed }, transferables(packed))
        step.catch(fail)
        sinceCheckpoint += items.length
        published = published.then(async () => finishStep(await step, publisher))
        published.catch(fail)
        inFlight.push(published.catch(() => {}).finally(() => void inFlight.shift()))
        if (sinceCheckpoint >= CHECKPOINT_EVENTS) await checkpoint(publisher)
      }
      await published
      if (failure) throw failure
      await checkpoint(publisher)
      await commit()
    } finally {
      clearInterval(timer)
      stopHeartbeat()
    }
    if (failure) throw failure

    function tick(to: ReturnType<typeof createPublisher>): void {
      if (sinceCheckpoint > 0 && performance.now() - checkpointAt >= CHECKPOINT_MS) checkpoint(to).catch(fail)
      if (commitDirty && performance.now() - committedAt >= COMMIT_MS) commit().catch(fail)
      if (!metricsFresh && inFlight.length === 0) refreshMetrics().catch(fail)
    }
  }

  async function finishStep(step: Stepped, publisher: ReturnType<typeof createPublisher>): Promise<void> {
    await publisher.publish(step)
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
    await log.commit(topics.events, groupsOf(useCase).learners, progress.source)
  }

  /** The worker answers in order, so the state holds exactly the steps posted before; they are published before it is stored. */
  function checkpoint(publisher: ReturnType<typeof createPublisher>): Promise<void> {
    checkpointing ??= takeCheckpoint(publisher).finally(() => {
      checkpointing = null
    })
    return checkpointing
  }

  async function takeCheckpoint(publisher: ReturnType<typeof createPublisher>): Promise<void> {
    sinceCheckpoint = 0
    checkpointAt = performance.now()
    const state = worker.call('checkpoint', {})
    // What is published before it may fail first, and then nobody waits for the state.
    state.catch(() => {})
    const stored = published.then(async () => {
      const { payload, progress: at } = await state
      const header: CheckpointHeader = {
        useCase: useCase.id,
        session: record.id,
        learner: record.learner,
        sequence: at.sequence,
        source: at.source,
        labels: at.labels,
        orderPartition: record.orderPartition,
        orderOffset: publisher.orderOffset(),
        at: Date.now(),
      }
      const { bytes, hash } = encodeCheckpoint(header, payload)
      await checkpoints.save(record.id, at.sequence, header.at, bytes)
      await cache.set(liveModelKey(useCase.id), bytes)
      events.onCheckpoint({ header, hash, sizeBytes: bytes.length })
    })
    // Later steps must not be published between this state and its order offset.
    published = stored
    await stored
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
