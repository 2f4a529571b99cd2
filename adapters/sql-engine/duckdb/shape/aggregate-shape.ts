import type { AggregateShape, SortKey } from '#ports/sql-engine.ts'
import { type SyntaxNode, nodeOf, nodesOf } from '../syntax-tree.ts'
import {
  aggregateOf,
  columnName,
  hasAggregate,
  itemCalled,
  itemsOf,
  meaning,
  wholeNumber,
} from './expressions.ts'
import type { Ending } from './query-parts.ts'
import { sortKeyOf } from './sort-key.ts'

type Aggregate = AggregateShape['aggregates'][number]

/** An aggregate's shape, with the tree of its partial statement where that is not the statement itself. */
export type ShapeWithTree<S> = Omit<S, 'partial'> & { tree: SyntaxNode | null }

const MERGEABLE: Readonly<Record<string, Aggregate['function']>> = {
  count: 'count',
  count_star: 'count',
  count_if: 'count',
  countif: 'count',
  sum: 'sum',
  min: 'min',
  max: 'max',
  avg: 'avg',
  mean: 'avg',
}

/** The shape of a query with groups or aggregates over one relation, or why its groups can't be merged. */
export function aggregateShape(node: SyntaxNode, ending: Ending): ShapeWithTree<AggregateShape> | string {
  if (nodeOf(node['having'])) return 'it has HAVING'
  const items = itemsOf(node)
  if (items.some(item => item['class'] === 'STAR')) return 'its columns are not named one by one'
  const groups = groupedItems(node, items)
  if (typeof groups === 'string') return groups
  const keys: number[] = []
  const aggregates: Aggregate[] = []
  const list: SyntaxNode[] = [...items]
  for (const [column, item] of items.entries()) {
    const name = aggregateOf(item)
    if (name === null) {
      if (hasAggregate(item)) return 'it computes with aggregates'
      if (!groups.items.has(column) && item['class'] !== 'CONSTANT')
        return 'a column is neither a group nor an aggregate'
      keys.push(column)
      continue
    }
    const kind = MERGEABLE[name]
    const children = nodesOf(item['children'])
    if (kind === undefined) return `${name}() can't be merged`
    if (children.length > 1) return `${name}() has several arguments`
    if (children.some(hasAggregate)) return 'it has aggregates within aggregates'
    if (item['distinct'] === true && kind !== 'min' && kind !== 'max')
      return 'it has an aggregate of DISTINCT values'
    if (nodesOf(nodeOf(item['order_bys'])?.['orders']).length > 0) return 'it has an aggregate with ORDER BY'
    if (kind !== 'avg') {
      aggregates.push({ column, function: kind })
      continue
    }
    list[column] = { ...item, function_name: 'sum' }
    aggregates.push({ column, function: 'avg', count: list.length })
    list.push({ ...item, function_name: 'count', alias: `__live_${list.length}` })
  }
  const order: SortKey[] = []
  for (const each of ending.orders) {
    const key = sortKeyOf(each, items)
    if (key === null) return 'it is ordered by something that is no column of its result'
    order.push(key)
  }
  const isRewritten = list.length > items.length || ending.orders.length > 0
  return {
    kind: 'aggregate',
    tree: isRewritten ? { ...node, select_list: list, modifiers: [] } : null,
    keys,
    aggregates,
    order,
    limit: ending.limit,
    offset: ending.offset,
    aliases: groups.aliases,
  }
}

/** Which items are groups; every group has to be one. */
function groupedItems(
  node: SyntaxNode,
  items: readonly SyntaxNode[],
): { items: Set<number>; aliases: string[] } | string {
  const expressions = nodesOf(node['group_expressions'])
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') {
    const all = items.flatMap((item, index) => (hasAggregate(item) ? [] : [index]))
    return { items: new Set(all), aliases: [] }
  }
  const sets = node['group_sets']
  const isPlain =
    Array.isArray(sets) &&
    sets.length === 1 &&
    Array.isArray(sets[0]) &&
    sets[0].length === expressions.length
  if (expressions.length > 0 && !isPlain) return 'it has several sets of groups'
  const found = new Set<number>()
  const aliases: string[] = []
  for (const expression of expressions) {
    const ordinal = wholeNumber(expression)
    const same = items.findIndex(item => meaning(item) === meaning(expression))
    const name = columnName(expression)
    const called = name === null ? -1 : itemCalled(items, name)
    const index = ordinal === null ? (same >= 0 ? same : called) : ordinal - 1
    if (!items[index]) return 'a group is no column of its result'
    // A column of the relation goes before an alias of the result.
    if (ordinal === null && same < 0) aliases.push((name as string).toLowerCase())
    found.add(index)
  }
  return { items: found, aliases }
}
