import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { openSqlPart } from './parts/open-sql-part.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { serveRoleSubgraph } from './parts/serve-role-subgraph.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Answers SQL over the lake. */
export const startSqlRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance } = config
  const registry = createProcessRegistry()
  const adapters = opened.use(
    await openRoleAdapters(config, { ports: ['log', 'cache', 'lake', 'sql'], logger }),
  )
  const { log, cache, lake } = adapters
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const part = opened.use(await openSqlPart({ adapters, instance, settings: config.sql, registry, logger }))
  const checks = createEngineChecks({ log, cache, lake, names: adapters.engines })
  const served = await serveRoleSubgraph({
    subgraph: part.subgraph,
    config,
    registry,
    async readiness() {
      const all = await checks()
      // Every statement is audited in the log before it reads the lake.
      return { ready: all['log']?.ok === true && all['lake']?.ok === true, checks: all }
    },
  })
  opened.defer(() => served.close())
  opened.use(
    tellServices({ cache, role: 'sql', instance, url: served.graphUrl, services: { sql: part.service } }),
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
