import { serveProbes } from '#subgraphs/serve.ts'
import { useCases } from '#use-cases/index.ts'
import { topicSpecsOf } from '#use-cases/topic-specs.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { prepareGenerators } from './parts/prepare-generators.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { serveGenerators } from './parts/serve-generators.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Generates events, or stands by while another process does. */
export const startProducersRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance, host, port, generators: settings, given } = config
  const notice = (level: 'info' | 'warn' | 'error', message: string) => logger[level](message)
  const registry = createProcessRegistry()
  const adapters = opened.use(await openRoleAdapters(config, { ports: ['log', 'cache', 'control'], logger }))
  const { log, cache, control } = adapters
  await log.createTopics(useCases.flatMap(topicSpecsOf))
  const generators = prepareGenerators({ log, control, settings, given, registry })

  let draining = false
  const checks = createEngineChecks({ log, cache, names: adapters.engines })
  const duty = () => (turns.isActive() ? 'generating' : 'standing by')
  const probes = opened.use(
    await serveProbes({
      host,
      port,
      metrics: registry,
      isDraining: () => draining,
      // What is held stays in use while the cache is away, so only the log decides.
      async readiness() {
        const all = await checks()
        return { ready: all['log']?.ok === true, checks: { ...all, generators: duty() } }
      },
    }),
  )
  const url = `http://${host}:${probes.port}`
  const turns = opened.use(serveGenerators({ generators, cache, control, instance, notice }))
  opened.use(
    tellServices({
      cache,
      role: 'producers',
      instance,
      url,
      services: { producers: () => ({ state: 'UP', message: duty() }) },
    }),
  )

  const owned = opened.move()
  return {
    url,
    close() {
      draining = true
      return owned.disposeAsync()
    },
  }
}
