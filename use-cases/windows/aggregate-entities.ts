import type { UseCase } from '../define.ts'
import { createKeyWindows } from './key-windows.ts'
import type { TimedEvent } from './windows-in-order.ts'

export interface EntityAggregates {
  /** The windows of the key, in declared order, but for those that compare an event with its entity. */
  names: readonly string[]
  /** Entities in the order of their first event. */
  keys: readonly string[]
  /** `keys.length * names.length` values, row by row: each entity as of just after its last event. NaN: missing. */
  values: Float64Array
  /** Events of each entity. */
  events: Int32Array
}

/** The windows of every entity of a key after all of its events, which come in the order of time. Forgets no entity. */
export function aggregateEntities({
  useCase,
  key,
  events,
}: {
  useCase: Pick<UseCase, 'windows'>
  key: string
  events: Iterable<TimedEvent>
}): EntityAggregates {
  const windows = useCase.windows.filter(window => window.key === key && window.kind !== 'relative')
  const names = windows.map(({ name }) => name)
  const [group] = createKeyWindows(windows, { maxEntities: Infinity, ttlMs: Infinity })
  const rows = new Map<string, { events: number; lastMs: number }>()
  for (const { event, timeMs } of events) {
    const entity = event[key] as string
    const row = rows.get(entity)
    if (row) {
      row.events++
      row.lastMs = timeMs
    } else rows.set(entity, { events: 1, lastMs: timeMs })
    group?.table.add(entity, event, timeMs)
  }
  const values = new Float64Array(rows.size * names.length)
  const counts = new Int32Array(rows.size)
  let at = 0
  for (const [entity, { events, lastMs }] of rows) {
    counts[at] = events
    group?.fill(entity, null, lastMs, values.subarray(at * names.length, (at + 1) * names.length))
    at++
  }
  return { names, keys: [...rows.keys()], values, events: counts }
}
