import { openObservability } from '#subgraphs/observability/open-observability.ts'
import { createObservabilitySubgraph } from '#subgraphs/observability/subgraph.ts'
import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { serveRoleSubgraph } from './parts/serve-role-subgraph.ts'
import { SOFTWARE_VERSION } from './parts/software-version.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Tells how the deployment is: its services, topics, lag and runs. */
export const startObservabilityRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance } = config
  const registry = createProcessRegistry()
  const adapters = opened.use(await openRoleAdapters(config, { ports: ['log', 'cache', 'tracking'], logger }))
  const { log, cache, tracking } = adapters
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const observability = opened.use(
    await openObservability({
      useCases,
      log,
      cache,
      tracking,
      role: 'observability',
      instance,
      version: SOFTWARE_VERSION,
      notice: (level, message) => logger[level](message),
    }),
  )
  const checks = createEngineChecks({ log, cache, tracking, names: adapters.engines })
  const served = await serveRoleSubgraph({
    subgraph: createObservabilitySubgraph(observability),
    config,
    registry,
    async readiness() {
      const all = await checks()
      // What the cache and tracking tell is missing while they are away; the rest is served.
      return { ready: all['log']?.ok === true, checks: all }
    },
  })
  opened.defer(() => served.close())
  opened.use(
    tellServices({
      cache,
      role: 'observability',
      instance,
      url: served.graphUrl,
      services: { observability: () => ({ state: 'UP', message: null }) },
    }),
  )
  const owned = opened.move()
  return {
    url: served.url,
    async close() {
      await served.close()
      await owned.disposeAsync()
    },
  }
}
