import { setTimeout as sleep } from 'node:timers/promises'

/** Waits longer after each failure in a row. */
export interface BackOff {
  wait(signal: AbortSignal): Promise<void>
  reset(): void
}

/** @param random in [0, 1): spreads those that failed together */
export function createBackOff({
  firstMs = 100,
  longestMs = 15_000,
  random = Math.random,
}: {
  firstMs?: number
  longestMs?: number
  random?: () => number
} = {}): BackOff {
  let nextMs = firstMs
  return {
    async wait(signal) {
      const ms = nextMs * (0.75 + random() / 2)
      nextMs = Math.min(longestMs, nextMs * 2)
      await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
    },
    reset() {
      nextMs = firstMs
    },
  }
}
