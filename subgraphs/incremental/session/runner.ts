import type { EventLog, FencedWriter } from '#ports/event-log.ts'
import type { Cache } from '#ports/cache.ts'
import type { Segment } from '#learn/online/cluster-report.ts'
import { groupsOf, topicsOf } from '#use-cases/topics.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createCheckpointer } from './checkpointer.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { continueSession } from './continue-session.ts'
import type { EngineProgress } from './engine-api.ts'
import type { Evaluation } from './members/figures.ts'
import type { ModelChange } from './members/model-change.ts'
import { createFeed } from './feed.ts'
import { createModelChanges } from './model-changes.ts'
import { packItems, transferables } from './packed-items.ts'
import { METRICS_INTERVAL_MS, type Previewed, type Stepped } from './protocol.ts'
import { createPublicationQueue } from './publication-queue.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import type { Recovered } from './recovery.ts'
import type { RunnerEvents } from './runner-events.ts'
import type { SessionRecord } from './session-record.ts'
import { type Traces, tracesOf } from './traces.ts'
import { watchWorker } from './watch-worker.ts'
import { startWorker } from './worker-client.ts'
import { writerOf } from './writer-of.ts'

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
  /** The cluster of an owner of groups; null for one that is not known. */
  segment(owner: string): Promise<Segment | null>
  /** Changes the session's models at a place in its order; resolves once that is durable. Rejects with the code of what is wrong. */
  change(change: ModelChange): Promise<void>
  /** Ends the thread at once, as a crash would: `done` rejects, and what was not published is computed again later. An engine
   * that is away may still hold `done` up. */
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
/** Steps, and items in them, that the worker computes or the log writes while the next is being read. */
const MAX_STEPS_IN_FLIGHT = 8
const MAX_ITEMS_IN_FLIGHT = 4000
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
  const cut = new AbortController()
  const { promise: live, resolve: goLive, reject: neverLive } = Promise.withResolvers<void>()
  live.catch(() => {})
  let paused: PromiseWithResolvers<void> | null = startPaused ? Promise.withResolvers<void>() : null
  let stopping = false
  let publisher: Publisher | undefined
  const publications = createPublicationQueue(publishSteps)
  let writer: FencedWriter | undefined
  let progress: EngineProgress | undefined
  let metricsFresh = true
  const changes = createModelChanges({ worker, publications, onNotice: events.onNotice })
  let committedAt = 0
  let commitDirty = false

  const done = run().finally(async () => {
    reading.abort()
    await publications.settled().catch(() => {})
    await worker[Symbol.asyncDispose]()
    await writer?.[Symbol.asyncDispose]()
  })
  done.catch(error => neverLive(error))

  async function run(): Promise<void> {
    // From here on nothing can be published any more by whoever ran the session before.
    writer = await log.openWriter(writerOf(record))
    const recovered = await continueSession({
      record,
      log,
      topics,
      worker,
      checkpoints,
      signal: cut.signal,
      onContinued: events.onContinued,
    })
    const { diverged, replayed, missing, progress: now } = recovered
    if (diverged > 0) {
      events.onNotice(
        'warn',
        `${diverged} of ${replayed} replayed predictions differ from the published ones, which count.`,
      )
    }
    for (const text of missing) events.onMissing(text)
    progress = now
    // Whoever ran it before may have ended between publishing and committing, and nothing new may come.
    commitDirty = true
    events.onProgress(now)
    tell(await worker.call('metrics', {}))
    events.onReport(await worker.call('report', {}))
    if (!recovered.isNew) {
      events.onNotice(
        'info',
        `Continues at prediction ${now.sequence}, ${replayed} replayed from the order log.`,
      )
    }
    await pump(writer, recovered)
  }

  async function pump(
    to: FencedWriter,
    { progress: from, upTo, alreadyDead, unpublished, unpublishedDrift }: Recovered,
  ): Promise<void> {
    publisher = createPublisher({
      writer: to,
      topics,
      session: record.id,
      partition: record.orderPartition,
      upTo,
      alreadyDead,
    })
    await publisher.publish([{ ...NOTHING, outcomes: unpublished, drift: unpublishedDrift, progress: from }])
    const checkpointer = createCheckpointer({
      record,
      worker,
      store: checkpoints,
      cache,
      inOrder: publications.inOrder,
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
    // The thread keeps the process alive; a log that never answers must not.
    const timer = setInterval(tick, METRICS_INTERVAL_MS).unref()
    let itemsInFlight = 0
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
        while (publications.length >= MAX_STEPS_IN_FLIGHT || itemsInFlight >= MAX_ITEMS_IN_FLIGHT)
          await publications.first().catch(fail)
        const items = await feed.next(MAX_ITEMS)
        if (!items) break
        // What was read while pausing is held back, not lost: its offsets have not advanced.
        while (paused && !reading.signal.aborted)
          await Promise.race([paused.promise, aborted(reading.signal)])
        if (reading.signal.aborted) break
        changes.keepPace(items)
        const packed = packItems(items)
        const traces = tracesOf(items)
        const step = worker.call('step', { items: packed }, transferables(packed))
        step.catch(fail)
        checkpointer.fed(items.length)
        itemsInFlight += items.length
        const published = publications.add(step.then(stepped => ({ ...stepped, traces })))
        published.catch(fail).finally(() => (itemsInFlight -= items.length))
        if (checkpointer.isDue()) checkpointer.take().catch(fail)
      }
      await publications.settled().catch(fail)
      if (failure) throw failure
      // Cut off: the thread's end says why, and there is nothing to store.
      if (cut.signal.aborted) await worker.ended
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
      if (!metricsFresh && publications.length === 0) refreshMetrics().catch(fail)
    }
  }

  async function publishSteps(steps: readonly (Stepped & { traces: Traces })[]): Promise<void> {
    await publisher?.publish(steps)
    commitDirty = true
    for (const step of steps) {
      progress = step.progress
      if (step.outcomes.length > 0) events.onOutcomes(step.outcomes)
      events.onProgress(step.progress)
      metricsFresh = step.evaluation !== null
      if (step.evaluation) tell(step.evaluation)
    }
  }

  function tell(evaluation: Evaluation): void {
    changes.note(evaluation)
    events.onEvaluation(evaluation)
  }

  async function refreshMetrics(): Promise<void> {
    metricsFresh = true
    tell(await worker.call('metrics', {}))
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
      await publications.settled()
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
    segment: async owner => (await worker.call('segment', { owner })).segment,
    preview: event => worker.call('preview', { event }),
    async change(change) {
      await live
      await changes.make(change)
    },
    async terminate() {
      cut.abort()
      reading.abort()
      await worker[Symbol.asyncDispose]()
    },
  }
}

const NOTHING = { bytes: new Uint8Array(0), ends: new Uint32Array(0), deadLetters: [] }

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
