import type { TokenBucket, TokensTaken } from '#ports/cache.ts'

export interface TokenBuckets {
  readonly size: number
  take(name: string, options: TokenBucket): TokensTaken
  clear(): void
}

/** Buckets kept before the first search for full ones, which need not be kept. */
const SWEEP_SIZE = 1024

/** Token buckets, filled up when they are asked. One that is full again equals one that never was, and is forgotten. */
export const createTokenBuckets = ({ now }: { now: () => number }): TokenBuckets => {
  const buckets = new Map<string, { tokens: number; at: number; fullAt: number }>()
  let sweepSize = SWEEP_SIZE

  const sweep = (time: number) => {
    for (const [name, { fullAt }] of buckets) if (fullAt <= time) buckets.delete(name)
    sweepSize = Math.max(SWEEP_SIZE, buckets.size * 2)
  }

  return {
    get size() {
      return buckets.size
    },
    take(name, { capacity, refillPerSecond, cost = 1 }) {
      const time = now()
      const refillPerMs = refillPerSecond / 1000
      const bucket = buckets.get(name)
      // A clock that was set back refills nothing.
      const refilled = bucket && bucket.tokens + Math.max(0, time - bucket.at) * refillPerMs
      const there = Math.min(capacity, refilled ?? capacity)
      const taken = cost <= there
      const left = taken ? there - cost : there
      if (!bucket && buckets.size >= sweepSize) sweep(time)
      buckets.set(name, { tokens: left, at: time, fullAt: time + (capacity - left) / refillPerMs })
      if (taken) return { taken, left, retryAfterMs: 0 }
      const retryAfterMs = cost > capacity ? Number.POSITIVE_INFINITY : Math.ceil((cost - left) / refillPerMs)
      return { taken, left, retryAfterMs }
    },
    clear: () => buckets.clear(),
  }
}
