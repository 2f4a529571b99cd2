import { openRemoteProducers } from '#subgraphs/incremental/remote-producers.ts'
import { useCases } from '#use-cases/index.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { createLateLake } from './parts/late-lake.ts'
import { learnerStatus } from './parts/learner-status.ts'
import { openIncrementalPart } from './parts/open-incremental-part.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { serveRoleSubgraph } from './parts/serve-role-subgraph.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Runs those training sessions that fall to this process, and serves all of them. */
export const startIncrementalRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance, generators } = config
  const registry = createProcessRegistry()
  const adapters = opened.use(
    await openRoleAdapters(config, { ports: ['log', 'cache', 'tracking', 'control'], logger }),
  )
  const { log, cache, tracking, control } = adapters
  const lake = config.engines.lake && opened.use(createLateLake(config, { logger }))
  const producers = opened.use(await openRemoteProducers({ control, cache, instance }))
  const part = opened.use(
    await openIncrementalPart({
      adapters,
      instance,
      isShared: true,
      seed: generators.seed,
      producers,
      ...(lake && { lake: lake.open }),
      registry,
      logger,
    }),
  )
  const { sessions } = part.services

  let recovered = false
  const checks = createEngineChecks({ log, cache, tracking, names: adapters.engines })
  const served = await serveRoleSubgraph({
    subgraph: part.subgraph,
    config,
    registry,
    async readiness() {
      const engines = await checks()
      // What runs goes on without the cache and tracking. A session that is taken over later makes nobody unready: it may be
      // the only process that is left to answer.
      return {
        ready: recovered && engines['log']?.ok === true,
        checks: { ...engines, ...part.checks() },
      }
    },
  })
  opened.defer(() => served.close())

  const learners = useCases.map(({ id }) => [`learner/${id}`, () => learnerStatus(sessions, id)] as const)
  opened.use(
    tellServices({
      cache,
      role: 'incremental',
      instance,
      url: served.graphUrl,
      services: {
        incremental: () =>
          recovered
            ? { state: 'UP', message: null }
            : { state: 'DEGRADED', message: 'Recovering its sessions.' },
        tracking: () => part.tracking.report(),
        ...Object.fromEntries(learners),
      },
    }),
  )
  sessions
    .restore()
    .then(() => part.recovered())
    .catch((error: Error) => logger.error(`Sessions were not recovered at once: ${error.message}`))
    .finally(() => (recovered = true))
  const owned = opened.move()
  return {
    url: served.url,
    async close() {
      await served.close()
      await owned.disposeAsync()
    },
  }
}
