import { CodedError } from '#subgraphs/coded-error.ts'
import type { JobState } from './job.ts'

/** What a job goes through, in this order; it may pass over some of them, never go back. */
const WORKING = ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'] as const satisfies JobState[]
const FINAL = ['DONE', 'FAILED', 'STOPPED'] as const satisfies JobState[]

export const isFinal = (state: JobState): boolean => (FINAL as readonly JobState[]).includes(state)

/** Whether a process works on it, or did until it was lost. */
export const isActive = (state: JobState): boolean => (WORKING as readonly JobState[]).includes(state)

/**
 * Checks that a job may go from one state to another. Any may fail or be stopped before it is over; a working one may go back to
 * the queue, to begin again; only a result that was stored makes it done.
 * @throws CodedError `JOB_TRANSITION`.
 */
export function checkTransition(from: JobState, to: JobState): void {
  if (!isFinal(from) && isAllowed(from, to)) return
  throw new CodedError('JOB_TRANSITION', `A job is ${from} and was to become ${to}, which cannot follow.`)
}

function isAllowed(from: JobState, to: JobState): boolean {
  if (to === 'FAILED' || to === 'STOPPED') return true
  if (to === 'DONE') return from === 'REGISTERING'
  if (to === 'QUEUED') return isActive(from)
  return placeOf(to) > placeOf(from)
}

/** -1 for one that waits. */
function placeOf(state: JobState): number {
  return (WORKING as readonly JobState[]).indexOf(state)
}
