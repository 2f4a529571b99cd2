import type { Cache } from '#ports/cache.ts'

/** The leases of this process: one per use case whose session it runs. */
export interface SessionLeases extends AsyncDisposable {
  /** True if it is ours now. Rejects while the cache cannot tell. */
  take(useCase: string): Promise<boolean>
  release(useCase: string): Promise<void>
  /** True while somebody holds it. Rejects while the cache cannot tell. */
  isTaken(useCase: string): Promise<boolean>
}

export interface LeaseTiming {
  leaseMs: number
  renewMs: number
  /** How often others look for sessions that nobody runs. */
  lookMs: number
}

/** An owner that renews this often keeps its lease through two renewals that fail. */
export const LEASE_TIMING: LeaseTiming = { leaseMs: 5000, renewMs: 1500, lookMs: 500 }

/**
 * Takes and renews leases. They say who should run a session; that only one can publish is the writer's fence, so an outage
 * of the cache stops nothing: what is held stays in use, and nobody else can take it meanwhile.
 */
export function createSessionLeases({
  cache,
  owner,
  timing: { leaseMs, renewMs },
  onLost,
}: {
  cache: Cache
  owner: string
  timing: LeaseTiming
  /** Another process has taken it. */
  onLost: (useCase: string) => void
}): SessionLeases {
  const held = new Set<string>()
  const name = (useCase: string) => `session/${useCase}`
  const timer = setInterval(() => {
    for (const useCase of held) void renew(useCase)
  }, renewMs)
  timer.unref()

  async function renew(useCase: string): Promise<void> {
    const unknown = Symbol('unknown')
    const lease = await cache.acquireLease(name(useCase), owner, leaseMs).catch(() => unknown)
    if (lease === null && held.delete(useCase)) onLost(useCase)
  }

  async function release(useCase: string): Promise<void> {
    if (!held.delete(useCase)) return
    // One that cannot be released runs out.
    await cache.releaseLease(name(useCase), owner).catch(() => {})
  }

  return {
    async take(useCase) {
      const lease = await cache.acquireLease(name(useCase), owner, leaseMs)
      if (lease) held.add(useCase)
      return lease !== null
    },
    release,
    async isTaken(useCase) {
      return (await cache.leaseHolder(name(useCase))) !== null
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all([...held].map(release))
    },
  }
}
