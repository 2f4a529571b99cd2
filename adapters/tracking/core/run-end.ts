import type { Run, RunChange, RunStatus } from '#ports/tracking.ts'

const OVER: readonly RunStatus[] = ['FINISHED', 'FAILED', 'KILLED']

/** The end to store with a change: a run that is over has one. */
export const endOf = ({ status, endedAt }: RunChange, now: number): number | null =>
  endedAt ?? (status && OVER.includes(status) ? now : null)

/** MLflow keeps the last end of a run that goes on again; ours then has none. */
export const endShown = ({ status, endedAt }: Pick<Run, 'status' | 'endedAt'>): number | null =>
  OVER.includes(status) ? endedAt : null
