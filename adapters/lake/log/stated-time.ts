import type { Action } from './actions.ts'

/** Milliseconds at which a version says that it was committed. */
export const statedTime = (actions: readonly Action[]): number | null => {
  const timestamp = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.timestamp
  return typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : null
}
