import type { Registry } from 'prom-client'
import type { Adapters } from '#adapters/open.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import type { Lake } from '#ports/lake.ts'
import type { Services } from '#subgraphs/incremental/context.ts'
import { createLearnerMetrics } from '#subgraphs/incremental/learner-metrics.ts'
import { openIncremental } from '#subgraphs/incremental/open-incremental.ts'
import type { ProducerControl } from '#subgraphs/incremental/producer-control.ts'
import { createIncrementalSubgraph } from '#subgraphs/incremental/subgraph.ts'
import { decodeCheckpoint } from '#subgraphs/incremental/session/checkpoint.ts'
import { liveModelKey } from '#subgraphs/incremental/session/live-model-key.ts'
import {
  openSessionTracking,
  type SessionTracking,
} from '#subgraphs/incremental/tracking/session-tracking.ts'
import type { Subgraph } from '#subgraphs/serve.ts'
import { useCases } from '#use-cases/index.ts'
import type { Check } from './engine-checks.ts'
import { SOFTWARE_VERSION } from './software-version.ts'

export interface IncrementalPart extends AsyncDisposable {
  services: Services
  subgraph: Subgraph
  /** Resolves once the sessions that this process runs are through their past: an order log may take long to replay. */
  recovered(): Promise<void>
  /** One check a use case: its session is through its recovery. One that a person stopped is fine. */
  checks(): Record<string, Check>
  /** Whether what sessions log reaches tracking. */
  tracking: Pick<SessionTracking, 'report'>
}

/** Sessions, what they predict, and the subgraph over them, with their metrics. */
export async function openIncrementalPart({
  adapters: { log, cache, tracking, control, directory },
  instance,
  isShared,
  seed,
  producers,
  lake = null,
  registry,
  logger,
}: {
  adapters: Adapters<'log' | 'cache' | 'tracking' | 'control'>
  /** Names this process among those that share the sessions. */
  instance: string
  /** Whether a process with another disk may go on with a session: checkpoints then go to tracking. */
  isShared: boolean
  seed: string
  producers: ProducerControl
  /** Opens the lake, which has predictions that the log no longer has; null where there is none. */
  lake?: (() => Promise<Lake>) | null
  registry: Registry
  logger: GatewayLogger
}): Promise<IncrementalPart> {
  await using opened = new AsyncDisposableStack()
  const folder = await directory.folder('checkpoints')
  const notice = (level: 'info' | 'warn' | 'error', message: string) => logger[level](message)
  // Ends after the sessions, whose last figures it logs.
  const logging = opened.use(new AsyncDisposableStack())
  const { services } = opened.use(
    await openIncremental({
      useCases,
      log,
      cache,
      control,
      checkpointsIn: isShared ? { tracking } : { directory: folder },
      indexDir: folder,
      seed,
      producers,
      lake,
      instance,
      notice,
    }),
  )
  const { sessions } = services
  const logged = logging.use(
    openSessionTracking({
      useCases,
      tracking,
      log,
      sessions,
      assignRun: sessions.assignRun,
      readCheckpoint,
      notice,
      codeVersion: SOFTWARE_VERSION,
    }),
  )
  createLearnerMetrics({ registry, useCases, sessions })

  /** Out of the cache, where every checkpoint is as the live model. */
  async function readCheckpoint(session: string): Promise<Uint8Array | null> {
    const useCase = sessions.get(session)?.record.useCase
    const bytes = useCase === undefined ? null : await cache.get(liveModelKey(useCase))
    return bytes && decodeCheckpoint(bytes).header.session === session ? bytes : null
  }

  const owned = opened.move()
  return {
    services,
    tracking: logged,
    subgraph: createIncrementalSubgraph(services) as Subgraph,
    async recovered() {
      await Promise.allSettled(useCases.map(({ id }) => sessions.runner(id)?.live))
    },
    checks: () =>
      Object.fromEntries(
        useCases.map(({ id }) => {
          const view = sessions.current(id)
          const state = view?.record.state ?? 'STARTING'
          // How far a session is that runs elsewhere is for that process to say.
          const ok = view !== undefined && (state !== 'STARTING' || !view.local)
          return [`session ${id}`, { ok, detail: view && !view.local ? `${state}, elsewhere` : state }]
        }),
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
