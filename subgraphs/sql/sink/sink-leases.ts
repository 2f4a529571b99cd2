import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from '#ports/cache.ts'

export interface LeaseTiming {
  leaseMs: number
  renewMs: number
  /** How often those who stand by ask. */
  lookMs: number
}

/** An owner keeps its lease through two renewals that fail. */
const SINK_LEASE_TIMING: LeaseTiming = { leaseMs: 5000, renewMs: 1500, lookMs: 500 }

/**
 * Works while it holds a lease, and asks for it while it does not. A lease saves processes from working against each other; that no
 * row comes twice is up to the tables' transactions, so an outage of the cache stops nobody who works.
 * @param work told by its signal that another process has taken over; resolves only after `signal` or that
 */
export async function workUnderLease({
  cache,
  name,
  owner,
  signal,
  work,
  onAnswer,
  timing: { leaseMs, renewMs, lookMs } = SINK_LEASE_TIMING,
}: {
  cache: Cache
  name: string
  owner: string
  signal: AbortSignal
  work: (lost: AbortSignal) => Promise<void>
  /** After each answer, or failure to get one; the work has begun by then if it was a yes. */
  onAnswer: () => void
  timing?: LeaseTiming
}): Promise<void> {
  while (!signal.aborted) {
    // A candidate that gets no answer takes nothing.
    const lease = await cache.acquireLease(name, owner, leaseMs).catch(() => null)
    if (!lease) {
      onAnswer()
      await sleep(lookMs, undefined, { signal, ref: false }).catch(() => {})
      continue
    }
    if (signal.aborted) {
      onAnswer()
      await cache.releaseLease(name, owner).catch(() => {})
      return
    }
    const lost = new AbortController()
    const timer = setInterval(async () => {
      const unknown = Symbol('unknown')
      const renewed = await cache.acquireLease(name, owner, leaseMs).catch(() => unknown)
      if (renewed === null) lost.abort()
    }, renewMs)
    timer.unref()
    try {
      const working = work(lost.signal)
      onAnswer()
      await working
    } finally {
      clearInterval(timer)
      // One that cannot be released runs out.
      if (!lost.signal.aborted) await cache.releaseLease(name, owner).catch(() => {})
    }
  }
}
