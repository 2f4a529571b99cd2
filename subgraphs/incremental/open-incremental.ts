import { randomUUID } from 'node:crypto'
import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import type { Tracking } from '#ports/tracking.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import type { Services } from './context.ts'
import { createIngest } from './ingest.ts'
import { openOutcomeFeed, type OutcomeFeed } from './predictions/outcome-feed.ts'
import { openPredictionFeed, type PredictionFeed } from './predictions/prediction-feed.ts'
import { createPredictionLookup } from './predictions/prediction-lookup.ts'
import { createStoredPredictions } from './predictions/stored-predictions.ts'
import { openPreview } from './preview.ts'
import type { ProducerControl } from './producer-control.ts'
import { createArtifactCheckpointStore } from './session/artifact-checkpoint-store.ts'
import { createFileCheckpointStore } from './session/file-checkpoint-store.ts'
import type { SessionRecord } from './session/session-record.ts'
import type { LeaseTiming } from './session/session-leases.ts'
import { openSessions } from './session/sessions.ts'

export type Notice = (level: 'info' | 'warn' | 'error', message: string) => void

export interface Incremental extends AsyncDisposable {
  services: Services
}

/** Where checkpoints go: files of this process's disk, or artifacts of the sessions' runs for processes that share none. */
export type CheckpointsIn = { directory: string } | { tracking: Tracking }

const PLATFORM_LEASE_MS = 10_000

/** Opens everything behind the incremental subgraph; sessions start with `services.sessions.restore()`. */
export async function openIncremental({
  useCases,
  log,
  cache,
  control,
  checkpointsIn,
  indexDir,
  seed,
  instance = `${process.pid}-${randomUUID()}`,
  timing,
  producers,
  lake = null,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  control: Control
  checkpointsIn: CheckpointsIn
  /** Folder for what can be rebuilt from the log: where predictions stand in it. */
  indexDir: string
  seed: string
  /** Names this process among those that share the sessions. */
  instance?: string
  timing?: LeaseTiming
  producers: ProducerControl
  /** Opens the lake, which has predictions that the log no longer has; null where there is none. */
  lake?: (() => Promise<Lake>) | null
  notice: Notice
}): Promise<Incremental> {
  await using opened = new AsyncDisposableStack()
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const platform = await platformId(control, cache, instance)
  const onDamaged = (file: string, error: Error) =>
    notice('warn', `The checkpoint ${file} was passed over: ${error.message}`)
  const recordOf = (session: string) => control.get<SessionRecord>(`session/${session}`)
  const checkpoints =
    'directory' in checkpointsIn
      ? createFileCheckpointStore({ ...checkpointsIn, onDamaged })
      : createArtifactCheckpointStore({ ...checkpointsIn, control, cache, recordOf, onDamaged })
  // Disposed of in reverse: what the last checkpoints set off is waited for once the sessions are put down.
  const storing = new Set<Promise<void>>()
  opened.defer(async () => {
    await Promise.all(storing)
  })
  const sessions = opened.use(
    await openSessions({ useCases, log, cache, checkpoints, control, seed, instance, timing, notice }),
  )
  const feeds = new Map<string, PredictionFeed>()
  const outcomes = new Map<string, OutcomeFeed>()
  for (const useCase of useCases) {
    feeds.set(useCase.id, opened.use(await openPredictionFeed({ useCase, log, directory: indexDir })))
    outcomes.set(useCase.id, opened.use(await openOutcomeFeed({ useCase, log })))
  }
  sessions.events.on('checkpoint', ({ record }) => {
    const stored = feeds.get(record.useCase)?.index.store(record)
    if (!stored) return
    const settled = stored
      .catch(error =>
        notice('warn', `The sequence index of ${record.useCase} was not stored: ${error.message}`),
      )
      .finally(() => storing.delete(settled))
    storing.add(settled)
  })
  const stored = lake && createStoredPredictions({ lake, useCases })
  const lookup = createPredictionLookup({ useCases, feeds, outcomes, sessions, log, stored })
  const { preview } = opened.use(await openPreview({ sessions, cache, checkpoints }))
  const services: Services = {
    platform,
    useCases,
    log,
    cache,
    sessions,
    feeds,
    outcomes,
    lookup,
    ingest: createIngest({ log }),
    preview,
    producers,
    notice,
  }
  const owned = opened.move()
  return { services, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Drawn once for a log, so that cursors of another log are told apart. */
async function platformId(control: Control, cache: Cache, instance: string): Promise<string> {
  for (;;) {
    await control.settle()
    const known = control.get<{ id: string }>('platform')
    if (known) return known.id
    // Of several processes that begin at once, one draws it.
    if (await cache.acquireLease('platform', instance, PLATFORM_LEASE_MS)) {
      await control.settle()
      if (!control.get('platform')) await control.put('platform', { id: randomUUID() })
      await cache.releaseLease('platform', instance)
    } else await new Promise(resolve => setTimeout(resolve, 50))
  }
}
