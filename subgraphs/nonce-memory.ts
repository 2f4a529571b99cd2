/** Remembers what was used, for as long as it could be used again. */
export interface NonceMemory {
  /** False if the nonce was used before, or is so old that this can't be told any more. `at`: Unix milliseconds of its signature. */
  use(nonce: string, at: number): boolean
  readonly size: number
}

/**
 * A memory of at most `max` nonces, each kept until `lifeMs` after its signature. When it is full the oldest is let go, and
 * signatures as old as that one are refused from then on: what was forgotten can't come back.
 */
export function createNonceMemory({
  lifeMs,
  max = 100_000,
  now = Date.now,
}: {
  lifeMs: number
  max?: number
  now?: () => number
}): NonceMemory {
  // In the order of their use, which is nearly that of their times.
  const used = new Map<string, number>()
  let forgottenUpTo = -Infinity
  return {
    use(nonce, at) {
      if (at <= forgottenUpTo || used.has(nonce)) return false
      const expired = now() - lifeMs
      for (const [oldest, time] of used) {
        if (time > expired && used.size < max) break
        used.delete(oldest)
        if (time > expired) forgottenUpTo = Math.max(forgottenUpTo, time)
      }
      used.set(nonce, at)
      return true
    },
    get size() {
      return used.size
    },
  }
}
