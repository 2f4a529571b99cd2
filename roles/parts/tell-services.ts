import type { Cache } from '#ports/cache.ts'
import { createServiceHeartbeat } from '#subgraphs/heartbeat.ts'
import type { ServiceProbe } from '#subgraphs/service-status.ts'
import { SOFTWARE_VERSION } from './software-version.ts'

/** Tells the other processes how the services of this one are, until it is disposed of: then, that they left. */
export function tellServices({
  cache,
  role,
  instance,
  url,
  services,
}: {
  cache: Cache
  role: string
  instance: string
  url: string
  /** By name. */
  services: Readonly<Record<string, ServiceProbe>>
}): AsyncDisposable {
  const heartbeats = Object.entries(services).map(([name, probe]) =>
    createServiceHeartbeat({ cache, name, role, instance, version: SOFTWARE_VERSION, url, probe }),
  )
  return {
    // All at once: a cache that is away keeps each of them for a while.
    async [Symbol.asyncDispose]() {
      await Promise.all(heartbeats.map(heartbeat => heartbeat[Symbol.asyncDispose]()))
    },
  }
}
