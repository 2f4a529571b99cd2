import type { Sessions } from '#subgraphs/incremental/session/sessions-api.ts'
import type { ServiceReport } from '#subgraphs/service-status.ts'

/** How the learner of a use case is, told by the process that runs it; one that nobody runs, by all. */
export function learnerStatus(sessions: Sessions, useCase: string): ServiceReport | null {
  const view = sessions.current(useCase)
  if (!view) return { state: 'DOWN', message: 'No session.' }
  const { state, reason, owner } = view.record
  if (owner !== null && !view.local) return null
  const message = reason ? `${state}: ${reason}` : state
  if (state === 'RUNNING') return { state: 'UP', message }
  return { state: state === 'FAILED' ? 'DOWN' : 'DEGRADED', message }
}
