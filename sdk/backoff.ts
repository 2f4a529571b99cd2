export interface BackoffOptions {
  /** Milliseconds before the first repetition, at most; default 250. */
  firstMs?: number | undefined
  /** Milliseconds that the doubling ends at; default 8000. */
  longestMs?: number | undefined
}

/**
 * Milliseconds to wait before repetition `attempt` (from 0): between half and all of a doubled wait, so that many clients do
 * not come back at the same moment.
 */
export function backoff(attempt: number, { firstMs = 250, longestMs = 8000 }: BackoffOptions = {}): number {
  return Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + Math.random() / 2)
}
