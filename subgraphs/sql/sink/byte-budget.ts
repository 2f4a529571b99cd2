/** Bytes that many may hold together. */
export interface ByteBudget {
  /** True if they are ours now. More than there are at all are given to whoever asks while nobody holds any. */
  take(bytes: number): boolean
  give(bytes: number): void
  /** Resolves when some were given back, or the signal aborts. */
  change(signal: AbortSignal): Promise<void>
  readonly held: number
}

export function createByteBudget(capacity: number): ByteBudget {
  let held = 0
  let waiting = Promise.withResolvers<void>()
  return {
    get held() {
      return held
    },
    take(bytes) {
      if (held > 0 && held + bytes > capacity) return false
      held += bytes
      return true
    },
    give(bytes) {
      if (bytes === 0) return
      held -= bytes
      waiting.resolve()
      waiting = Promise.withResolvers()
    },
    async change(signal) {
      if (signal.aborted) return
      const aborted = Promise.withResolvers<void>()
      const onAbort = () => aborted.resolve()
      signal.addEventListener('abort', onAbort, { once: true })
      await Promise.race([waiting.promise, aborted.promise])
      signal.removeEventListener('abort', onAbort)
    },
  }
}
