import type { SortKey, TopShape } from '#ports/sql-engine.ts'
import { type SyntaxNode, nodeOf } from '../syntax-tree.ts'
import type { ShapeWithTree } from './aggregate-shape.ts'
import { columnName, eachNode, itemCalled, itemsOf, wholeNumber } from './expressions.ts'
import type { Ending } from './query-parts.ts'
import { directionOf } from './sort-key.ts'

/** The shape of a query of one relation with an order, or why its rows can't be merged. What is sorted by joins its columns. */
export function topShape(
  node: SyntaxNode,
  { orders, limit, offset }: Ending,
): ShapeWithTree<TopShape> | string {
  const items = itemsOf(node)
  const hasStar = items.some(item => item['class'] === 'STAR')
  const order: SortKey[] = []
  const hidden: SyntaxNode[] = []
  for (const each of orders) {
    const expression = nodeOf(each['expression'])
    if (expression === null || expression['class'] === 'STAR') return 'it is ordered by all columns'
    const direction = directionOf(each)
    const ordinal = wholeNumber(expression)
    const name = columnName(expression)
    const called = name === null ? -1 : itemCalled(items, name)
    if (ordinal !== null) order.push({ column: ordinal - 1, ...direction })
    else if (called >= 0 && hasStar) return 'it is ordered by an alias beside a star'
    else if (called >= 0) order.push({ column: called, ...direction })
    else if (name === null && mentionsAlias(expression, items))
      return 'it is ordered by an expression of an alias'
    else {
      // Counted from the end once it is known how many there are.
      order.push({ column: Number.NEGATIVE_INFINITY, ...direction })
      hidden.push({ ...expression, alias: `__live_${hidden.length}` })
    }
  }
  let next = -hidden.length
  const keys = order.map(key => (key.column === Number.NEGATIVE_INFINITY ? { ...key, column: next++ } : key))
  const isRewritten = hidden.length > 0 || offset > 0
  return {
    kind: 'top',
    tree: isRewritten ? rewrite() : null,
    order: keys,
    limit,
    offset,
    hidden: hidden.length,
  }

  function rewrite(): SyntaxNode {
    const modifiers = Array.isArray(node['modifiers']) ? (node['modifiers'] as readonly SyntaxNode[]) : []
    return {
      ...node,
      select_list: [...items, ...hidden],
      modifiers: modifiers.flatMap(modifier => {
        if (modifier['type'] !== 'LIMIT_MODIFIER' || offset === 0) return [modifier]
        if (limit === null) return []
        const most = nodeOf(modifier['limit']) as SyntaxNode
        const value = { ...(nodeOf(most['value']) as SyntaxNode), value: limit + offset }
        return [{ ...modifier, limit: { ...most, value }, offset: null }]
      }),
    }
  }
}

function mentionsAlias(expression: SyntaxNode, items: readonly SyntaxNode[]): boolean {
  let found = false
  eachNode(expression, node => {
    const name = columnName(node)
    if (name !== null && itemCalled(items, name) >= 0) found = true
  })
  return found
}
