import type { SortKey } from '#ports/sql-engine.ts'
import { type SyntaxNode, nodeOf } from '../syntax-tree.ts'
import { columnName, itemCalled, meaning, wholeNumber } from './expressions.ts'

/** An order by a column of the result, from 0; null for any other. An alias goes before a column of the relation. */
export function sortKeyOf(order: SyntaxNode, items: readonly SyntaxNode[]): SortKey | null {
  const expression = nodeOf(order['expression'])
  if (expression === null) return null
  const name = columnName(expression)
  const called = name === null ? -1 : itemCalled(items, name)
  const ordinal = wholeNumber(expression)
  const same = items.findIndex(item => meaning(item) === meaning(expression))
  const column = ordinal === null ? (called >= 0 ? called : same) : ordinal - 1
  return column < 0 ? null : { column, ...directionOf(order) }
}

/** DuckDB sorts ascending, and nulls last either way, unless it is told otherwise. */
export function directionOf(order: SyntaxNode): Pick<SortKey, 'descending' | 'nullsFirst'> {
  return { descending: order['type'] === 'DESCENDING', nullsFirst: isNullsFirst(order['null_order']) }
}

const isNullsFirst = (order: unknown): boolean => order === 'NULLS FIRST' || order === 'NULLS_FIRST'
