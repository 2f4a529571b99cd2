import type { DuckDBConnection } from '@duckdb/node-api'
import type { StatementShape } from '#ports/sql-engine.ts'
import { aggregateShape, type ShapeWithTree } from './shape/aggregate-shape.ts'
import { hasAggregate, itemsOf } from './shape/expressions.ts'
import { printTree, readTree } from './shape/print-tree.ts'
import { readEnding, whatChanges, whyNotOfOneRelation } from './shape/query-parts.ts'
import { topShape } from './shape/top-shape.ts'
import { type SyntaxNode, nodesOf } from './syntax-tree.ts'

/** What a live query can do with new rows, of a statement that was found to be one SELECT. Nothing is bound or run. */
export async function statementShape(
  connection: DuckDBConnection,
  statement: string,
): Promise<StatementShape> {
  const tree = await readTree(connection, statement)
  if (tree === null) return again('it can not be taken apart', false)
  const ordered = nodesOf(tree['modifiers']).some(({ type }) => type === 'ORDER_MODIFIER')
  const other = (reason: string, isVolatile = false) => again(reason, ordered, isVolatile)
  const changing = whatChanges(tree)
  if (changing !== null) return other(`${changing} gives another value each time`, true)
  const shape = shapeOf(tree)
  if (typeof shape === 'string') return other(shape)
  if (!('tree' in shape)) return shape
  const { tree: partialTree, ...rest } = shape
  const partial = partialTree && (await printTree(connection, partialTree))
  if (partialTree && partial === null) return other('its parts can not be put together in another way')
  return { ...rest, partial } as StatementShape
}

type Found = StatementShape | ShapeWithTree<Extract<StatementShape, { partial: unknown }>>

function shapeOf(node: SyntaxNode): Found | string {
  const ending = readEnding(node)
  const problem = whyNotOfOneRelation(node)
  if (problem !== null) return problem
  if (typeof ending === 'string') return ending
  const isGrouped =
    nodesOf(node['group_expressions']).length > 0 ||
    node['aggregate_handling'] === 'FORCE_AGGREGATES' ||
    hasAggregate(itemsOf(node)) ||
    hasAggregate(ending.orders)
  if (ending.distinct) return 'it has DISTINCT'
  if (isGrouped) return aggregateShape(node, ending) as Found | string
  return ending.orders.length > 0 ? (topShape(node, ending) as Found | string) : { kind: 'filter' }
}

function again(reason: string, ordered: boolean, volatile = false): StatementShape {
  return { kind: 'other', reason: `It is executed again each time: ${reason}.`, ordered, volatile }
}
