import { serveProbes } from '#subgraphs/serve.ts'
import { createEngineChecks } from './parts/engine-checks.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { openSinkPart } from './parts/open-sink-part.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { tellServices } from './parts/tell-services.ts'
import type { StartRole } from './running-role.ts'

/** Writes what is in the log into the lake, or stands by while another process does. */
export const startSinkRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { instance, host, port } = config
  const registry = createProcessRegistry()
  const adapters = opened.use(await openRoleAdapters(config, { ports: ['log', 'cache', 'lake'], logger }))
  const { log, cache } = adapters
  const part = opened.use(await openSinkPart({ adapters, instance, limits: config.sink, registry, logger }))

  let draining = false
  const checks = createEngineChecks({ log, cache, names: adapters.engines })
  const probes = opened.use(
    await serveProbes({
      host,
      port,
      metrics: registry,
      isDraining: () => draining,
      // Tables are fenced by themselves, so the cache may be away; a table that can't be written now is tried again.
      async readiness() {
        const all = await checks()
        const sink = part.check()
        return { ready: all['log']?.ok === true && sink.ok, checks: { ...all, sink } }
      },
    }),
  )
  const url = `http://${host}:${probes.port}`
  opened.use(tellServices({ cache, role: 'sink', instance, url, services: part.services }))

  const owned = opened.move()
  return {
    url,
    close() {
      draining = true
      return owned.disposeAsync()
    },
  }
}
