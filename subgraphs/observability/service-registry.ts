export type ServiceState = 'UP' | 'DEGRADED' | 'DOWN'

export interface ServiceStatus {
  name: string
  state: ServiceState
  message: string | null
  /** Unix milliseconds since when the state holds. */
  since: number
}

/** Asks a part of the deployment how it is. */
export type ServiceProbe = () => { state: ServiceState; message: string | null }

export interface ServiceRegistry {
  register(name: string, probe: ServiceProbe): void
  statuses(): ServiceStatus[]
}

/** The parts of this process, each asked when somebody looks. */
export function createServiceRegistry(): ServiceRegistry {
  const probes = new Map<string, ServiceProbe>()
  const entered = new Map<string, { state: ServiceState; since: number }>()
  return {
    register(name, probe) {
      probes.set(name, probe)
      entered.set(name, { state: probe().state, since: Date.now() })
    },
    statuses() {
      return [...probes].map(([name, probe]) => {
        const { state, message } = probe()
        const last = entered.get(name)
        if (last?.state !== state) entered.set(name, { state, since: Date.now() })
        return { name, state, message, since: entered.get(name)?.since ?? Date.now() }
      })
    },
  }
}
