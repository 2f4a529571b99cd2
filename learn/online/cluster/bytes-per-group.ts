import type { Column } from '../learner.ts'

/** Places of a nominal column at most, the shared one included. */
const PLACES = 17

/** Most bytes that a group with a point of these columns takes. */
export function bytesPerGroup(columns: readonly Column[]): number {
  return columns.reduce((sum, { kind }) => sum + 16 * (kind === 'nominal' ? PLACES : 1), 300)
}
