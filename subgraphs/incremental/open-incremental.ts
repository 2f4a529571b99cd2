import { randomUUID } from 'node:crypto'
import type { Cache } from '#ports/cache.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Services } from './context.ts'
import { type Control, openControl } from './control.ts'
import { createIngest } from './ingest.ts'
import { openPredictionFeed, type PredictionFeed } from './predictions/prediction-feed.ts'
import { createPredictionLookup } from './predictions/prediction-lookup.ts'
import { createPreview } from './preview.ts'
import type { ProducerControl } from './producer-control.ts'
import { createCheckpointStore } from './session/checkpoint-store.ts'
import { createSessions } from './session/sessions.ts'

export type Notice = (level: 'info' | 'warn' | 'error', message: string) => void

export interface Incremental extends AsyncDisposable {
  services: Services
  control: Control
}

/** Topics with their partitions; what the graph reads back by key is compacted elsewhere, everything here is a window. */
const PARTITIONS = 3

/** Opens everything behind the incremental subgraph; sessions start with `services.sessions.restore()`. */
export async function openIncremental({
  useCases,
  log,
  cache,
  checkpointsDir,
  seed,
  producers,
  notice,
}: {
  useCases: readonly UseCase[]
  log: EventLog
  cache: Cache
  checkpointsDir: string
  seed: string
  producers: ProducerControl
  notice: Notice
}): Promise<Incremental> {
  await using opened = new AsyncDisposableStack()
  const names = useCases.flatMap(useCase => {
    const { drift: _later, truth, ...topics } = topicsOf(useCase)
    return useCase.task === 'clustering' ? [...Object.values(topics), truth] : Object.values(topics)
  })
  await log.createTopics(names.map(name => ({ name, partitions: PARTITIONS })))
  const control = await openControl(log)
  const platform = await platformId(control)
  const checkpoints = createCheckpointStore({
    directory: checkpointsDir,
    onDamaged: (file, error) => notice('warn', `The checkpoint ${file} was passed over: ${error.message}`),
  })
  // Disposed of in reverse: what the last checkpoints set off is waited for once the sessions are put down.
  const storing = new Set<Promise<void>>()
  opened.defer(async () => {
    await Promise.all(storing)
  })
  const sessions = opened.use(createSessions({ useCases, log, cache, checkpoints, control, seed, notice }))
  const feeds = new Map<string, PredictionFeed>()
  for (const useCase of useCases) {
    feeds.set(useCase.id, opened.use(await openPredictionFeed({ useCase, log, checkpointsDir })))
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
  const lookup = createPredictionLookup({ useCases, feeds, sessions, log })
  const services: Services = {
    platform,
    useCases,
    log,
    cache,
    sessions,
    feeds,
    lookup,
    ingest: createIngest({ log }),
    preview: createPreview({ sessions, cache, checkpoints }),
    producers,
  }
  const owned = opened.move()
  return { services, control, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Drawn once for a log, so that cursors of another log are told apart. */
async function platformId(control: Control): Promise<string> {
  const known = control.get<{ id: string }>('platform')
  if (known) return known.id
  const id = randomUUID()
  await control.put('platform', { id })
  return id
}
