import { setTimeout as delay } from 'node:timers/promises'

/** Wall time as producers see it; tests put their own in its place. */
export interface Clock {
  /** Unix milliseconds, never running backwards. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  // A producer that waits never keeps a process alive by itself.
  sleep: (ms, signal) => delay(ms, undefined, { signal, ref: false }),
}
