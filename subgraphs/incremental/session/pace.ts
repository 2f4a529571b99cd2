/** Decides whether a session that lags behind its stream is to pass over models that cost much. */
export interface Pace {
  /** The newest event of a step was appended so many milliseconds before it was read; what changes, or null. */
  note(behindMs: number): { shed: boolean } | null
}

/** Behind by more than this for so long, models are passed over; behind by less than that for so long, they are back. */
const LATE_MS = 5000
const LATE_FOR_MS = 10_000
const CLOSE_MS = 1000
const CLOSE_FOR_MS = 5000

export function createPace({ now = () => performance.now() }: { now?: () => number } = {}): Pace {
  let shed = false
  /** Since when it has been otherwise than `shed` says; null while it is not. */
  let since: number | null = null
  return {
    note(behindMs) {
      const isOtherwise = shed ? behindMs < CLOSE_MS : behindMs > LATE_MS
      if (!isOtherwise) {
        since = null
        return null
      }
      since ??= now()
      if (now() - since < (shed ? CLOSE_FOR_MS : LATE_FOR_MS)) return null
      since = null
      shed = !shed
      return { shed }
    },
  }
}
