import type { SessionFigures } from './session-figures.ts'
import type { SessionRecord } from './session-record.ts'

/** What is known of a session here and now. */
export interface SessionView extends SessionFigures {
  record: SessionRecord
}
