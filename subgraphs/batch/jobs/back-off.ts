import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST_MS = 60_000

/**
 * Tries until it works: after a failure again, after pauses that double up to a minute. Rejects with the last failure once it is
 * `isFinal`, or so much time has passed, or with the signal's reason.
 */
export async function backOff<T>(
  act: () => Promise<T>,
  {
    retryMs,
    patienceMs = Number.POSITIVE_INFINITY,
    signal,
    isFinal = () => false,
    onFailure = () => {},
  }: {
    retryMs: number
    patienceMs?: number
    signal: AbortSignal
    isFinal?: (error: unknown) => boolean
    onFailure?: (error: Error) => void
  },
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (let pause = retryMs; ; pause = Math.min(LONGEST_MS, pause * 2)) {
    signal.throwIfAborted()
    try {
      return await act()
    } catch (error) {
      signal.throwIfAborted()
      const left = deadline - performance.now()
      if (left <= 0 || isFinal(error)) throw error
      onFailure(error as Error)
      await sleep(Math.min(pause, left), undefined, { signal, ref: false }).catch(() => {})
    }
  }
}
