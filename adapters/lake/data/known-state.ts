import type { SnapshotAt } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { LogState } from '../log/log-state.ts'
import type { TableContext } from './table-context.ts'

/** The state of a table that is known to have been there. */
export const knownState = async (
  { table, log }: Pick<TableContext, 'table' | 'log'>,
  at?: SnapshotAt,
): Promise<LogState> => {
  const state = await log.state(at)
  if (state !== null) return state
  throw new PortError('NOT_FOUND', `Table ${table} is not there any more; it was removed from the store.`, {
    details: { table },
  })
}
