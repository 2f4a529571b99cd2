import { type SyntaxNode, type SyntaxValue, nodeOf, nodesOf, textOf } from '../syntax-tree.ts'
import { isRawJSON } from './exact-json.ts'
import { isAggregate, isVolatile, isVolatileName } from './functions.ts'

/** Calls back for every node within a value, itself included. */
export function eachNode(value: SyntaxValue | undefined, visit: (node: SyntaxNode) => void): void {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return
  if (!Array.isArray(value)) visit(value as SyntaxNode)
  for (const member of Object.values(value)) eachNode(member as SyntaxValue, visit)
}

/** The name of the aggregate function that a node calls itself; null if it is no such call. */
export function aggregateOf(node: SyntaxNode): string | null {
  const name = textOf(node['function_name']).toLowerCase()
  return node['class'] === 'FUNCTION' && isAggregate(name) ? name : null
}

export function hasAggregate(value: SyntaxValue | undefined): boolean {
  let found = false
  eachNode(value, node => (found ||= aggregateOf(node) !== null))
  return found
}

/** The first thing in a tree whose value depends on more than the rows; null if there is none. */
export function volatileIn(value: SyntaxValue | undefined): string | null {
  let found: string | null = null
  eachNode(value, node => {
    const name = textOf(node['function_name'])
    if (name !== '' && isVolatile(name)) found ??= `${name}()`
    const column = columnName(node)
    if (column !== null && isVolatileName(column)) found ??= column
    if (node['class'] === 'CONSTANT' || node['type'] !== 'OPERATOR_CAST') return
    // 'now'::TIMESTAMP and its like.
    const text = nodeOf(nodeOf(node['child'])?.['value'])?.['value']
    if (typeof text === 'string' && /^\s*(now|today|tomorrow|yesterday)\s*$/i.test(text))
      found ??= `'${text.trim()}'`
  })
  return found
}

/** The name of a column reference without a qualifier. */
export function columnName(node: SyntaxNode): string | null {
  const names = node['column_names']
  if (node['class'] !== 'COLUMN_REF' || !Array.isArray(names) || names.length !== 1) return null
  return textOf(names[0])
}

/** A constant that is a whole number, as limits and ordinals are. */
export function wholeNumber(node: SyntaxNode | null): number | null {
  if (node?.['class'] !== 'CONSTANT') return null
  const constant = nodeOf(node['value'])
  // A decimal is its digits without the point: 1.5 would be 15.
  if (!INTEGERS.has(textOf(nodeOf(constant?.['type'])?.['id']))) return null
  const value = constant?.['value']
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}

const INTEGERS = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'UHUGEINT',
])

/** Text that is equal for trees that mean the same: without positions, aliases, and what is empty. */
export function meaning(value: SyntaxValue | undefined): string {
  return JSON.stringify(plain(value)) ?? 'null'
}

function plain(value: SyntaxValue | undefined): unknown {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value
  if (Array.isArray(value)) return value.map(plain)
  const kept = Object.entries(value as SyntaxNode).filter(
    ([name]) => name !== 'query_location' && name !== 'alias',
  )
  return Object.fromEntries(
    kept.map(([name, member]) => [
      name,
      // Names of columns are the same in any case.
      name === 'column_names' && Array.isArray(member)
        ? member.map(each => textOf(each).toLowerCase())
        : plain(member),
    ]),
  )
}

/** The place of the select item that a bare name means: its alias, or its own column's name. -1 without one. */
export function itemCalled(items: readonly SyntaxNode[], name: string): number {
  const wanted = name.toLowerCase()
  return items.findIndex(item => textOf(item['alias']).toLowerCase() === wanted)
}

export const itemsOf = (node: SyntaxNode): readonly SyntaxNode[] => nodesOf(node['select_list'])
