import type { Cache } from '#ports/cache.ts'
import type { JobTiming } from './job-timing.ts'

/** The leases of this process: one per job that it works on, or decides about. */
export interface JobLeases extends AsyncDisposable {
  /** True if it is ours now. Rejects while the cache cannot tell. */
  take(job: string): Promise<boolean>
  /** False if another process has taken it. While the cache cannot tell it stays ours. */
  isHeld(job: string): Promise<boolean>
  release(job: string): Promise<void>
  /** True while somebody holds it. Rejects while the cache cannot tell. */
  isTaken(job: string): Promise<boolean>
}

/**
 * Takes and renews leases. What is held stays in use while the cache is away, since nobody else can take it meanwhile; a cache
 * that comes back empty gives it to whoever asks first, and a job's record then says who has it.
 */
export function createJobLeases({
  cache,
  owner,
  timing: { leaseMs, renewMs },
  onLost,
}: {
  cache: Cache
  owner: string
  timing: JobTiming
  /** Another process has taken it. */
  onLost: (job: string) => void
}): JobLeases {
  const held = new Set<string>()
  const name = (job: string) => `batch-job/${job}`
  const timer = setInterval(() => {
    for (const job of held) void isHeld(job)
  }, renewMs)
  timer.unref()

  async function isHeld(job: string): Promise<boolean> {
    const unknown = Symbol('unknown')
    const lease = await cache.acquireLease(name(job), owner, leaseMs).catch(() => unknown)
    // Released while the answer was under way.
    if (lease && lease !== unknown && !held.has(job))
      await cache.releaseLease(name(job), owner).catch(() => {})
    if (lease === null && held.delete(job)) onLost(job)
    return held.has(job)
  }

  async function release(job: string): Promise<void> {
    if (!held.delete(job)) return
    // One that cannot be released runs out.
    await cache.releaseLease(name(job), owner).catch(() => {})
  }

  return {
    async take(job) {
      const lease = await cache.acquireLease(name(job), owner, leaseMs)
      if (lease) held.add(job)
      return lease !== null
    },
    isHeld,
    release,
    async isTaken(job) {
      return (await cache.leaseHolder(name(job))) !== null
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all([...held].map(release))
    },
  }
}
