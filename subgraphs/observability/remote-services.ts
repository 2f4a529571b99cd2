import type { Cache } from '#ports/cache.ts'
import { HEARTBEATS_KEPT } from '#subgraphs/heartbeat.ts'
import {
  decodeHeartbeat,
  HEARTBEAT_CHANNEL,
  heartbeatKey,
  type Heartbeat,
} from '#subgraphs/heartbeat-message.ts'
import type { ServiceStatus } from '#subgraphs/service-status.ts'

export interface RemoteServices extends AsyncDisposable {
  /** Every service that was heard, this process's included, by name and instance. */
  statuses(): ServiceStatus[]
}

/** How long a service that was lost is still shown. One that leaves in order goes at once. */
export const FORGET_MS = 600_000
const SWEEP_MS = 1000

interface Heard {
  heartbeat: Heartbeat
  /** By this process's clock: those of others may be wrong. */
  at: number
  /** When its next one is overdue. */
  overdueAt: number
  /** Since when its heartbeat is missing; null while it is heard, or nobody can tell. */
  lostAt: number | null
  /** Whether the cache did not answer when it was asked about this service. */
  untold: boolean
}

/**
 * Listens to the heartbeats of all processes. A service whose heartbeat is overdue and whose key has expired is LOST, and
 * forgotten after `FORGET_MS`; while the cache does not answer nobody is declared lost.
 */
export async function openRemoteServices({
  cache,
  sweepMs = SWEEP_MS,
  now = Date.now,
}: {
  cache: Cache
  sweepMs?: number
  now?: () => number
}): Promise<RemoteServices> {
  const heard = new Map<string, Heard>()
  let sweeping: Promise<void> | null = null

  function take(message: Uint8Array): void {
    const heartbeat = decodeHeartbeat(message)
    if (!heartbeat) return
    const key = heartbeatKey(heartbeat)
    if (heartbeat.leaving) heard.delete(key)
    else
      heard.set(key, {
        heartbeat,
        at: now(),
        overdueAt: now() + patience(heartbeat),
        lostAt: null,
        untold: false,
      })
  }

  async function sweep(): Promise<void> {
    await Promise.all([...heard].map(([key, entry]) => look(key, entry)))
  }

  async function look(key: string, entry: Heard): Promise<void> {
    if (entry.lostAt !== null && now() - entry.lostAt > FORGET_MS) heard.delete(key)
    if (entry.lostAt !== null || now() <= entry.overdueAt) return
    try {
      const kept = await cache.get(key)
      // It may have been heard, or have left, in the meantime.
      if (heard.get(key) !== entry) return
      if (kept) take(kept)
      else if (entry.untold) {
        // A cache that has just come back may have forgotten the key, and others may still be on their way back to it.
        entry.untold = false
        entry.overdueAt = now() + patience(entry.heartbeat)
      } else entry.lostAt = now()
    } catch {
      entry.untold = true
    }
  }

  const listening = await cache.subscribe(HEARTBEAT_CHANNEL, take)
  const timer = setInterval(() => {
    sweeping ??= sweep().finally(() => (sweeping = null))
  }, sweepMs)
  timer.unref()

  return {
    statuses: () => [...heard.values()].map(statusOf),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await listening[Symbol.asyncDispose]()
      await sweeping
    },
  }
}

function patience({ intervalMs }: Heartbeat): number {
  return intervalMs * HEARTBEATS_KEPT
}

function statusOf({ heartbeat, at, lostAt, untold }: Heard): ServiceStatus {
  const { v: _, intervalMs: __, leaving: ___, ...status } = heartbeat
  const last = new Date(at).toISOString()
  if (lostAt !== null)
    return { ...status, state: 'LOST', message: `No heartbeat since ${last}.`, since: lostAt }
  if (!untold) return status
  return {
    ...status,
    message: `Last heard ${last}; the cache does not answer. ${status.message ?? ''}`.trim(),
  }
}
