import { hostname } from 'node:os'
import type { Cache } from '#ports/cache.ts'
import { encodeHeartbeat, HEARTBEAT_CHANNEL, heartbeatKey, type Heartbeat } from './heartbeat-message.ts'
import { processInfo } from './process-info.ts'
import type { ServiceProbe, ServiceReport } from './service-status.ts'

export interface HeartbeatOptions {
  cache: Cache
  /** Such as `gateway` or `learner/TFD`. */
  name: string
  role: string
  /** Names the process among all; services of one process share it. */
  instance: string
  /** Version of this software. */
  version: string
  url?: string | null
  probe: ServiceProbe
  /** Default 2000. */
  intervalMs?: number
  now?: () => number
}

export interface ServiceHeartbeat extends AsyncDisposable {
  /** Says how the service is now, without waiting for its turn. Never rejects. */
  beat(): Promise<void>
}

/** A heartbeat that is three intervals old says nothing any more. */
export const HEARTBEATS_KEPT = 3
/** A cache that does not answer must not hold up the end of a process. */
const FAREWELL_MS = 1000

/**
 * Publishes how a service of this process is, at once and every `intervalMs`, on a channel of the cache and under a key that
 * expires. Whoever wants to know listens. A cache that is away costs the others their view of this service, nothing else.
 * Disposing says that the service left in order.
 */
export function createServiceHeartbeat({
  cache,
  name,
  role,
  instance,
  version,
  url = null,
  probe,
  intervalMs = 2000,
  now = Date.now,
}: HeartbeatOptions): ServiceHeartbeat {
  const host = hostname()
  const key = heartbeatKey({ name, instance })
  let entered: { state: string; since: number } | null = null
  let present = false
  let sending: Promise<void> | null = null
  let closed = false
  const timer = setInterval(() => void beat(), intervalMs)
  timer.unref()
  void beat()

  function beat(): Promise<void> {
    return (sending ??= send().finally(() => (sending = null)))
  }

  async function send(): Promise<void> {
    if (closed) return
    const report = ask(probe)
    if (!report) return leave()
    if (entered?.state !== report.state) entered = { state: report.state, since: now() }
    present = true
    const message = encodeHeartbeat(heartbeat(report, entered.since, false))
    const ttlMs = intervalMs * HEARTBEATS_KEPT
    await Promise.allSettled([cache.set(key, message, { ttlMs }), cache.publish(HEARTBEAT_CHANNEL, message)])
  }

  async function leave(): Promise<void> {
    if (!present) return
    present = false
    entered = null
    const last = heartbeat({ state: 'DOWN', message: 'Ended in order.' }, now(), true)
    await Promise.allSettled([cache.delete(key), cache.publish(HEARTBEAT_CHANNEL, encodeHeartbeat(last))])
  }

  function heartbeat({ state, message }: ServiceReport, since: number, leaving: boolean): Heartbeat {
    const service = { name, role, instance, host, version, url, state, message, since }
    return { v: 1, ...service, intervalMs, leaving, process: processInfo() }
  }

  return {
    beat,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      closed = true
      await within(FAREWELL_MS, Promise.resolve(sending).then(leave))
    },
  }
}

function ask(probe: ServiceProbe): ServiceReport | null {
  try {
    return probe()
  } catch (error) {
    return { state: 'DOWN', message: (error as Error).message }
  }
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    void work.finally(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
