import type { ProcessInfo } from './process-info.ts'

/** LOST is only ever said by others, about a service whose heartbeat stopped. */
export type ServiceState = 'UP' | 'DEGRADED' | 'DOWN' | 'LOST'

export interface ServiceReport {
  state: Exclude<ServiceState, 'LOST'>
  /** What is wrong, or what it is doing. */
  message: string | null
}

/** Asks a part of this process how it is; null while the part is not here, such as a session that moved away. */
export type ServiceProbe = () => ServiceReport | null

/** A part of the deployment, in this process or in another. */
export interface ServiceStatus {
  name: string
  role: string
  instance: string
  host: string
  version: string
  url: string | null
  state: ServiceState
  message: string | null
  /** Unix milliseconds since when the state holds. */
  since: number
  process: ProcessInfo
}
