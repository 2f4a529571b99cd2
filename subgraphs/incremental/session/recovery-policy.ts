/** Recoveries within the window after which a session gives up: something is wrong that a restart does not mend. */
const MAX_RECOVERIES = 5
const WINDOW_MS = 60_000
const FIRST_BACKOFF_MS = 200
const LONGEST_BACKOFF_MS = 5000
/** Errors that will not go away by trying again. */
const FINAL_CODES = new Set([
  'CHECKPOINT_CORRUPT',
  'CHECKPOINT_MISSING',
  'CHECKPOINT_VERSION',
  'UNKNOWN_LEARNER',
])
/** An engine that is down comes back, however long it takes; nothing is wrong with the session. */
const OUTAGE_CODES = new Set(['ENGINE_UNREACHABLE'])

export interface RecoveryPolicy {
  /** Milliseconds to wait before the session is continued; null when it has to give up. */
  delayAfter(error: Error & { code?: string }): number | null
}

/** Decides whether a session that was lost is continued: with growing pauses, and not for ever. */
export function createRecoveryPolicy({ now = () => performance.now() } = {}): RecoveryPolicy {
  let lostAt: number[] = []
  let outages = 0
  let outageAt = -Infinity
  return {
    delayAfter({ code = '' }) {
      const at = now()
      if (OUTAGE_CODES.has(code)) {
        if (at - outageAt >= WINDOW_MS) outages = 0
        outageAt = at
        return Math.min(FIRST_BACKOFF_MS * 2 ** outages++, LONGEST_BACKOFF_MS)
      }
      outages = 0
      lostAt = [...lostAt.filter(earlier => at - earlier < WINDOW_MS), at]
      if (FINAL_CODES.has(code) || lostAt.length > MAX_RECOVERIES) return null
      return FIRST_BACKOFF_MS * 2 ** (lostAt.length - 1)
    },
  }
}
