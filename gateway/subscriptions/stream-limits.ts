import type { OutletLimits } from './outlet.ts'

/** What streaming clients may use. */
export interface StreamLimits extends OutletLimits {
  /** Operations at a time on one connection; default 50. */
  subscriptionsPerConnection?: number
  /** Websockets and event streams at a time; default 10 000. */
  connections?: number
  /** Bytes of one websocket message from a client; default 1 MiB. */
  messageBytes?: number
  /** Milliseconds for which a stream whose subgraph was lost is tried to begin again before its clients hear of it; default 30 s. */
  resumeForMs?: number
  /** Milliseconds between heartbeats; a websocket that misses one is closed; default 12 s. */
  heartbeatMs?: number
}
