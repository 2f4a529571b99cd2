import type { ResultColumn, SortKey, TopShape } from '#ports/sql-engine.ts'
import type { LiveResult } from './live-result.ts'
import { createListedResult } from './listed-result.ts'
import type { Row } from './live-update.ts'
import { MOST_LIVE_BYTES } from './most-live-bytes.ts'
import { rowBytes } from './row-bytes.ts'
import { valueType, type ValueType } from './value-types.ts'

/**
 * The first rows in an order: new ones are sorted in, the rest is forgotten. Text tells why that can't be done.
 * @param columns of the partial statement
 */
export function createTopResult(
  { order, hidden, offset, limit: wanted }: TopShape,
  {
    columns,
    limit,
    mostBytes = MOST_LIVE_BYTES,
  }: { columns: readonly ResultColumn[]; limit: number; mostBytes?: number },
): LiveResult | string {
  const compare = rowComparison(order, columns)
  if (typeof compare === 'string') return compare
  const width = columns.length - hidden
  const most = topRows({ offset, limit: wanted }, limit)
  const visible = new WeakMap<Row, Row>()
  let kept: readonly Row[] = []

  const show = () =>
    kept.slice(offset, offset + (wanted ?? most)).map(row => {
      if (hidden === 0) return row
      const shown = visible.get(row) ?? row.slice(0, width)
      visible.set(row, shown)
      return shown
    })

  const listed = createListedResult({
    incremental: true,
    ordered: true,
    limit,
    replace(rows) {
      kept = rows.slice(0, most)
      return show()
    },
    merge(rows) {
      // Stable: of equal rows the earlier one stays.
      kept = [...kept, ...rows].sort(compare).slice(0, most)
      return show()
    },
  })
  return Object.defineProperty(listed, 'overflown', {
    get: () => kept.reduce((sum, row) => sum + rowBytes(row), 0) > mostBytes,
  })
}

/** Rows of the partial statement that can matter: one more than is shown tells that it is cut. */
export function topRows({ offset, limit }: Pick<TopShape, 'offset' | 'limit'>, shown: number): number {
  return offset + Math.min(limit ?? Number.POSITIVE_INFINITY, shown + 1)
}

/** Compares rows as ORDER BY does; text tells why that can't be done here. */
export function rowComparison(
  order: readonly SortKey[],
  columns: readonly ResultColumn[],
): ((a: Row, b: Row) => number) | string {
  const keys: { at: number; type: ValueType; sign: number; nulls: number }[] = []
  for (const { column, descending, nullsFirst } of order) {
    const at = column < 0 ? columns.length + column : column
    const name = columns[at]?.type ?? 'nothing'
    const type = valueType(name)
    if (!type) return `It is executed again each time: it is ordered by ${name}.`
    keys.push({ at, type, sign: descending ? -1 : 1, nulls: nullsFirst ? -1 : 1 })
  }
  return (a, b) => {
    for (const { at, type, sign, nulls } of keys) {
      const [x, y] = [a[at] ?? null, b[at] ?? null]
      if (x === null || y === null) {
        if (x !== y) return x === null ? nulls : -nulls
        continue
      }
      const difference = type.compare(x, y)
      if (difference !== 0) return sign * difference
    }
    return 0
  }
}
