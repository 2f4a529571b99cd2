import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { openBatchPart } from './parts/open-batch-part.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { serveRoleSubgraph } from './parts/serve-role-subgraph.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Works on the queue of training jobs, and answers with the models that they left. Any number of processes may do so. */
export const startBatchRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance, engines } = config
  const registry = createProcessRegistry()
  const adapters = opened.use(
    await openRoleAdapters(config, { ports: ['log', 'cache', 'tracking', 'control', 'lake'], logger }),
  )
  const { log, cache, tracking, lake } = adapters
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const part = opened.use(
    await openBatchPart({ adapters, engines, instance, settings: config.batch, registry, logger }),
  )
  const checks = createEngineChecks({ log, cache, tracking, lake, names: adapters.engines })
  const served = await serveRoleSubgraph({
    subgraph: part.subgraph,
    config,
    registry,
    async readiness() {
      const all = await checks()
      // Models in memory answer while tracking and the lake are away.
      return { ready: all['log']?.ok === true, checks: all }
    },
  })
  opened.defer(() => served.close())
  opened.use(
    tellServices({
      cache,
      role: 'batch',
      instance,
      url: served.graphUrl,
      services: { batch: part.service },
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
