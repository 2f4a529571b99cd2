import { hostname } from 'node:os'
import { processInfo } from '#subgraphs/process-info.ts'
import type { ServiceProbe, ServiceState, ServiceStatus } from '#subgraphs/service-status.ts'
import type { RemoteServices } from './remote-services.ts'

export interface ServiceRegistry extends Disposable {
  /** Adds a part of this process; `url` is where it listens, if it does. */
  register(name: string, probe: ServiceProbe, url?: string): void
  /** By name, then instance. */
  statuses(): ServiceStatus[]
}

/** How often the parts of this process are asked, so that `since` is true to it. */
const LOOK_MS = 1000

/** The parts of this process, asked when somebody looks, and those of other processes, by their heartbeats. */
export function createServiceRegistry({
  role,
  instance,
  version,
  remote = null,
  now = Date.now,
}: {
  role: string
  instance: string
  version: string
  remote?: RemoteServices | null
  now?: () => number
}): ServiceRegistry {
  const probes = new Map<string, { probe: ServiceProbe; url: string | null }>()
  const entered = new Map<string, { state: ServiceState; since: number }>()
  const own = { role, instance, version, host: hostname() }
  const timer = setInterval(locals, LOOK_MS)
  timer.unref()

  function locals(): ServiceStatus[] {
    return [...probes].flatMap(([name, { probe, url }]) => {
      const report = probe()
      if (!report) {
        entered.delete(name)
        return []
      }
      const last = entered.get(name)
      const since = last?.state === report.state ? last.since : now()
      entered.set(name, { state: report.state, since })
      return [{ ...own, name, url, ...report, since, process: processInfo() }]
    })
  }

  return {
    register(name, probe, url) {
      probes.set(name, { probe, url: url ?? null })
      locals()
    },
    statuses() {
      const here = locals()
      // A part of this process may also send heartbeats: what it says itself is newer.
      const elsewhere = (remote?.statuses() ?? []).filter(
        status => status.instance !== instance || !here.some(({ name }) => name === status.name),
      )
      return [...here, ...elsewhere].sort(
        (a, b) => compare(a.name, b.name) || compare(a.instance, b.instance),
      )
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
