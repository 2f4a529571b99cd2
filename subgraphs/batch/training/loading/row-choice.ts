import { mix32 } from '#learn/math/mix32.ts'
import type { JobSpec } from '../../jobs/job.ts'

/** Which of the rows of a snapshot are trained with. */
export interface RowChoice {
  /** Most rows that can come of it. */
  readonly capacity: number
  /** To be asked once for each row in order: whether the row is to be looked at. */
  next(): boolean
  /** Whether it is trained with. */
  take(eventId: string): boolean
}

/**
 * The newest `rows` of the snapshot, and of these the fraction. A fraction alone is drawn by the lake; of the newest rows, or where
 * windows have to see all events, it is drawn here, by a hash of seed and event id.
 */
export function createRowChoice(
  { rows, fraction, seed }: JobSpec,
  rowCount: number,
  hasWindows: boolean,
): RowChoice {
  const first = rows === null ? 0 : Math.max(0, rowCount - rows)
  const limit = fraction !== null && (hasWindows || rows !== null) ? fraction * 2 ** 32 : Infinity
  let at = -1
  return {
    capacity: rowCount - first,
    next() {
      at++
      return hasWindows || at >= first
    },
    take: eventId => at >= first && (limit === Infinity || hashOf(eventId, seed) < limit),
  }
}

function hashOf(text: string, seed: number): number {
  let hash = mix32(seed)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix32(hash)
}
