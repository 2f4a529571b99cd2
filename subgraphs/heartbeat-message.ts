import type { ServiceStatus } from './service-status.ts'

/** Channel of the cache on which every service of a deployment says how it is. */
export const HEARTBEAT_CHANNEL = 'services'

/** Where the newest heartbeat of a service stays for as long as it counts, for listeners that missed the message. */
export const heartbeatKey = ({ name, instance }: Pick<ServiceStatus, 'name' | 'instance'>): string =>
  `service/${name}/${instance}`

/** What a service says of itself every `intervalMs`. */
export interface Heartbeat extends ServiceStatus {
  v: 1
  intervalMs: number
  /** The last one: the service ended in order, or is no longer in this process. */
  leaving: boolean
}

const STATES: readonly unknown[] = ['UP', 'DEGRADED', 'DOWN']

export function encodeHeartbeat(heartbeat: Heartbeat): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(heartbeat))
}

/** Null for what is no heartbeat, or one of a version that is not known here. Members that are not known are ignored. */
export function decodeHeartbeat(message: Uint8Array): Heartbeat | null {
  try {
    const heartbeat = JSON.parse(new TextDecoder().decode(message)) as Heartbeat | null
    const { v, name, instance, intervalMs, state, process } = heartbeat ?? {}
    const isWhole = v === 1 && name && instance && process && typeof intervalMs === 'number'
    return isWhole && STATES.includes(state) ? heartbeat : null
  } catch {
    return null
  }
}
