import type { StateReader } from '../state/reader.ts'

/** Layout of a saved metric set: 1 up to release 0.4; 2 adds what corrections and intervals need. */
export type StateVersion = 1 | 2

/** Where a metric reads what it saved. */
export interface SavedState {
  readonly input: StateReader
  readonly version: StateVersion
}
