import type { AggregateShape, ResultColumn } from '#ports/sql-engine.ts'
import { type Accumulator, accumulatorOf } from './accumulators.ts'
import { createListedResult } from './listed-result.ts'
import type { LiveResult } from './live-result.ts'
import type { Row } from './live-update.ts'
import { MOST_LIVE_BYTES } from './most-live-bytes.ts'
import { rowBytes } from './row-bytes.ts'
import { rowComparison } from './top-result.ts'
import { valueType } from './value-types.ts'

/** Beyond it merging would take more memory, and more of this thread's time, than executing again. */
export const MOST_GROUPS = 10_000

interface Group {
  states: unknown[]
  /** As it is shown; null while it has to be made anew. */
  row: Row | null
  keys: Row
}

/**
 * Groups with their aggregates, kept as partial values: those of new rows are added. Text tells why that can't be done.
 * @param columns of the partial statement
 */
export function createAggregateResult(
  { keys, aggregates, order, limit: wanted, offset }: AggregateShape,
  {
    columns,
    limit,
    mostBytes = MOST_LIVE_BYTES,
  }: { columns: readonly ResultColumn[]; limit: number; mostBytes?: number },
): LiveResult | string {
  const accumulators: Accumulator[] = []
  for (const aggregate of aggregates) {
    const accumulator = accumulatorOf(aggregate, columns)
    if (typeof accumulator === 'string') return accumulator
    accumulators.push(accumulator)
  }
  for (const key of keys) {
    const type = columns[key]?.type ?? 'nothing'
    // NULL is the only value of its type.
    if (!valueType(type) && !/^("?NULL"?|SQLNULL)$/.test(type))
      return `It is executed again each time: groups of ${type} are not merged.`
  }
  const shownColumns = columns.slice(0, keys.length + aggregates.length)
  // An average is shown as DOUBLE, whatever it is the average of.
  const averages = new Set(aggregates.flatMap(each => (each.function === 'avg' ? [each.column] : [])))
  const typed = shownColumns.map((column, at) => (averages.has(at) ? { ...column, type: 'DOUBLE' } : column))
  const compare = rowComparison(order, typed)
  if (typeof compare === 'string') return compare
  /** In the order in which they came. */
  const groups = new Map<string, Group>()
  let bytes = 0

  const take = (row: Row) => {
    const values = keys.map(key => row[key])
    const text = JSON.stringify(values)
    const group = groups.get(text)
    if (!group) {
      bytes += rowBytes(row)
      groups.set(text, { states: accumulators.map(({ read }) => read(row)), row: null, keys: values })
      return
    }
    for (const [index, { read, add }] of accumulators.entries()) {
      const [was, more] = [group.states[index] ?? null, read(row)]
      if (more === null) continue
      const now = was === null ? more : add(was, more)
      bytes += textLength(now) - textLength(was)
      group.states[index] = now
      group.row = null
    }
  }
  const rowOf = (group: Group): Row => {
    if (group.row) return group.row
    const row: unknown[] = []
    for (const [index, key] of keys.entries()) row[key] = group.keys[index]
    for (const [index, { column, write }] of accumulators.entries()) {
      const state = group.states[index] ?? null
      row[column] = state === null ? null : write(state)
    }
    group.row = row
    return row
  }
  const show = (): readonly Row[] => {
    const rows = [...groups.values()].map(rowOf)
    if (order.length > 0) rows.sort(compare)
    return rows.slice(offset, wanted === null ? undefined : offset + wanted)
  }
  const takeAll = (rows: readonly Row[]) => {
    for (const row of rows) take(row)
    return show()
  }
  const listed = createListedResult({
    incremental: true,
    ordered: order.length > 0,
    limit,
    replace(rows) {
      groups.clear()
      bytes = 0
      return takeAll(rows)
    },
    merge: takeAll,
  })
  return Object.defineProperty(listed, 'overflown', {
    get: () => groups.size > MOST_GROUPS || bytes > mostBytes,
  })
}

/** Of all states only texts, the least or the greatest ones, grow. */
function textLength(state: unknown): number {
  return typeof state === 'string' ? state.length : 0
}
