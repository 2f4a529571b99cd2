/** Recoveries within the window after which a session gives up: something is wrong that a restart does not mend. */
const MAX_RECOVERIES = 5
const WINDOW_MS = 60_000
const FIRST_BACKOFF_MS = 200
/** Errors that will not go away by trying again. */
const FINAL_CODES = new Set(['CHECKPOINT_CORRUPT', 'CHECKPOINT_VERSION', 'UNKNOWN_LEARNER'])

export interface RecoveryPolicy {
  /** Milliseconds to wait before the session is continued; null when it has to give up. */
  delayAfter(error: Error & { code?: string }): number | null
}

/** Decides whether a session that was lost is continued: with growing pauses, and not for ever. */
export function createRecoveryPolicy({ now = () => performance.now() } = {}): RecoveryPolicy {
  let lostAt: number[] = []
  return {
    delayAfter({ code = '' }) {
      const at = now()
      lostAt = [...lostAt.filter(earlier => at - earlier < WINDOW_MS), at]
      if (FINAL_CODES.has(code) || lostAt.length > MAX_RECOVERIES) return null
      return FIRST_BACKOFF_MS * 2 ** (lostAt.length - 1)
    },
  }
}
