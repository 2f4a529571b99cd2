import type { RunStatus } from '#ports/tracking.ts'
import type { Sessions } from '../session/sessions-api.ts'
import type { SessionView } from '../session/session-view.ts'

/**
 * Status of a session's run. A session that is paused, being recovered, or lost until somebody takes it over still runs;
 * it was killed once a later session of its use case has taken its place.
 */
export function runStatusOf({ record }: SessionView, sessions: Pick<Sessions, 'list'>): RunStatus {
  if (record.state === 'FINISHED' || record.state === 'FAILED') return record.state
  if (record.state !== 'LOST') return 'RUNNING'
  const isReplaced = sessions.list(record.useCase).some(other => other.record.ordinal > record.ordinal)
  return isReplaced ? 'KILLED' : 'RUNNING'
}
