import type { Row, RowChange } from './live-update.ts'

/** What a client's list of rows becomes by a message, as the schema describes it. */
export function applyUpdate(rows: readonly Row[], { reset, removed, added }: RowChange): Row[] {
  const gone = new Set(removed.map(({ at }) => at))
  const next = reset ? [] : rows.filter((_, at) => !gone.has(at))
  for (const { at, values } of added) next.splice(at, 0, values)
  return next
}
