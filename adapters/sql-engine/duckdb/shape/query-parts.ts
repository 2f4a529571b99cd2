import { type SyntaxNode, nodeOf, nodesOf, textOf } from '../syntax-tree.ts'
import { eachNode, volatileIn, wholeNumber } from './expressions.ts'

/** What comes after a query: its order and which rows of it are taken. */
export interface Ending {
  orders: readonly SyntaxNode[]
  limit: number | null
  offset: number
  distinct: boolean
}

/** Why new rows of one relation can't be looked at alone; null if they can. */
export function whyNotOfOneRelation(node: SyntaxNode): string | null {
  if (node['type'] !== 'SELECT_NODE') return 'it puts several queries together'
  if (nodesOf(nodeOf(node['cte_map'])?.['map']).length > 0) return 'it has common table expressions'
  const from = nodeOf(node['from_table'])
  const table = textOf(from?.['type'])
  if (from === null || table === 'EMPTY' || table === 'EMPTY_FROM' || table === '') return 'it reads no table'
  if (table === 'JOIN') return 'it joins tables'
  if (table !== 'BASE_TABLE') return 'it reads something else than a table'
  if (nodeOf(from['at_clause']) || nodeOf(from['sample']) || nodeOf(node['sample']))
    return 'it takes a sample'
  if (nodeOf(node['qualify'])) return 'it has QUALIFY'
  let why: string | null = null
  eachNode(node, ({ class: kind, type }) => {
    if (kind === 'WINDOW') why ??= 'it has a window function'
    if (kind === 'SUBQUERY') why ??= 'it has a subquery'
    if (kind === 'COLLATE') why ??= 'it compares by a collation'
    if (type === 'GROUPING_FUNCTION') why ??= 'it has GROUPING'
  })
  return why
}

/** The ending of a query, or why it can't be kept with new rows. */
export function readEnding(node: SyntaxNode): Ending | string {
  const ending = {
    orders: [] as readonly SyntaxNode[],
    limit: null as number | null,
    offset: 0,
    distinct: false,
  }
  for (const modifier of nodesOf(node['modifiers'])) {
    const { type } = modifier
    if (type === 'ORDER_MODIFIER') ending.orders = nodesOf(modifier['orders'])
    else if (type === 'DISTINCT_MODIFIER') {
      if (nodesOf(modifier['distinct_on_targets']).length > 0) return 'it has DISTINCT ON'
      ending.distinct = true
    } else if (type === 'LIMIT_MODIFIER') {
      const [limit, offset] = [nodeOf(modifier['limit']), nodeOf(modifier['offset'])]
      const [most, skipped] = [wholeNumber(limit), wholeNumber(offset)]
      if ((limit && most === null) || (offset && skipped === null)) return 'its LIMIT is no plain number'
      ending.limit = most
      ending.offset = skipped ?? 0
    } else return 'it has LIMIT in per cent'
  }
  if (ending.orders.length === 0 && (ending.limit !== null || ending.offset > 0))
    return 'it has LIMIT without ORDER BY'
  return ending
}

/** What in a query changes without new rows; null without it. */
export const whatChanges = (node: SyntaxNode): string | null => {
  let found = volatileIn(node)
  eachNode(node, each => {
    if (nodeOf(each['sample'])) found ??= 'a sample'
  })
  return found
}
