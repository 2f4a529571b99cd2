import type { SessionFigures } from './session-figures.ts'
import type { SessionRecord } from './session-record.ts'

/** What is known of a session here and now. */
export interface SessionView extends SessionFigures {
  record: SessionRecord
  /** Whether this process runs it. */
  local: boolean
}

/** The part that is kept when the session is put down. */
export function figuresOf(view: SessionView): SessionFigures {
  const { progress, metrics, models, promotions, metricsAt, checkpoint, report } = view
  return { progress, metrics, models, promotions, metricsAt, checkpoint, ...(report && { report }) }
}
