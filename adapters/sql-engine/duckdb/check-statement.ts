import { PortError } from '#ports/port-error.ts'
import { isAllowedFunction, isAllowedTableFunction } from './allowed-functions.ts'
import { ALLOWED_NODES } from './allowed-nodes.ts'
import type { SyntaxNode, SyntaxValue } from './syntax-tree.ts'
import { nodeOf, nodesOf, textOf } from './syntax-tree.ts'
import { textPosition } from './text-position.ts'

export interface StatementUse {
  /** Of the relations given, those that are read; names as they were given. */
  relations: readonly string[]
  /** Identifiers of parameters: `1`, `2` or names. */
  parameters: readonly string[]
  /** It may run for long whatever it reads: it recurs, or pairs every row with every other. */
  unbounded: boolean
}

/** Objects and lists of a tree, and how deep they lie in each other: an expression takes about three levels. */
const MAX_NODES = 50_000
const MAX_DEPTH = 600

/** Names of the catalog's own views: a CTE of that name would hide what a statement reads from whoever reads it. */
const CATALOG_NAME = /^(duckdb_|pg_|pragma_|sqlite_|information_schema)/i
/** A name that DuckDB could take for a file, were it not a CTE's. */
const FILE_NAME = /[./\\:*?[\]]/

/**
 * Refuses what a statement may not do. Everything in the tree is looked at, whatever member it hangs on, and only kinds of nodes,
 * functions and relations on the lists pass. Throws `SQL_REFUSED` (details: what, position, line, column) and `SQL_UNKNOWN_NAME`.
 */
export function checkStatement(
  statement: string,
  tree: SyntaxNode,
  relations: readonly string[],
): StatementUse {
  const known = new Map(relations.map(name => [name.toLowerCase(), name]))
  const used = new Set<string>()
  const parameters = new Set<string>()
  let unbounded = false
  let count = 0
  /** The last position seen on the way down, for nodes that have none. */
  let location = 0

  const refuse = (what: string, message: string): PortError =>
    new PortError('SQL_REFUSED', message, { details: { what, ...textPosition(statement, location) } })

  const visit = (value: SyntaxValue | undefined, scope: ReadonlySet<string>, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (++count > MAX_NODES || depth > MAX_DEPTH)
      throw refuse('size', 'The statement is too long or too deep, a simpler one wanted.')
    if (Array.isArray(value)) {
      for (const member of value) visit(member, scope, depth + 1)
      return
    }
    visitNode(value as SyntaxNode, scope, depth)
  }

  const visitNode = (node: SyntaxNode, outer: ReadonlySet<string>, depth: number): void => {
    if (typeof node['query_location'] === 'number') location = node['query_location']
    const type = node['type']
    if (typeof type === 'string' && !ALLOWED_NODES.has(type))
      throw refuse(type, `${type} given, an ordinary SELECT wanted.`)
    const scope = visitCommonTables(node, outer, depth)
    if (type === 'BASE_TABLE') visitTable(node, scope)
    else if (type === 'TABLE_FUNCTION') return visitTableFunction(node, scope, depth)
    else if (type === 'RECURSIVE_CTE_NODE') return visitRecursion(node, scope, depth)
    else if (type === 'SHOW_REF' && nodeOf(node['query']) === null)
      throw refuse('SHOW', 'SHOW or DESCRIBE without a query given, DESCRIBE of a relation wanted.')
    else if (type === 'JOIN') unbounded ||= pairsEverything(node)
    else if (type === 'VALUE_PARAMETER') parameters.add(textOf(node['identifier']))
    else if (typeof node['function_name'] === 'string') visitFunction(node['function_name'])
    for (const [member, value] of Object.entries(node))
      if (member !== 'cte_map') visit(value, scope, depth + 1)
  }

  /** A CTE sees those before it; the query and all within it see every one. */
  const visitCommonTables = (
    node: SyntaxNode,
    outer: ReadonlySet<string>,
    depth: number,
  ): ReadonlySet<string> => {
    const entries = nodesOf(nodeOf(node['cte_map'])?.['map'])
    if (entries.length === 0) return outer
    const scope = new Set(outer)
    for (const entry of entries) {
      const name = textOf(entry['key'])
      refuseCatalogName(name)
      visit(entry['value'], new Set(scope), depth + 1)
      scope.add(name.toLowerCase())
    }
    return scope
  }

  const visitRecursion = (node: SyntaxNode, scope: ReadonlySet<string>, depth: number): void => {
    unbounded = true
    const name = textOf(node['cte_name'])
    refuseCatalogName(name)
    for (const [member, value] of Object.entries(node)) {
      if (member === 'cte_map') continue
      visit(value, member === 'right' ? new Set([...scope, name.toLowerCase()]) : scope, depth + 1)
    }
  }

  const visitTable = (node: SyntaxNode, scope: ReadonlySet<string>): void => {
    const [catalog, schema, table] = ['catalog_name', 'schema_name', 'table_name'].map(member =>
      textOf(node[member]),
    ) as [string, string, string]
    if (node['at_clause'] !== undefined)
      throw refuse('AT', `AT given for "${table}", the moment that the whole statement is asked for wanted.`)
    if (catalog === '' && schema === '' && scope.has(table.toLowerCase())) return
    const written = [catalog, schema, table].filter(part => part !== '').join('.')
    const name = catalog === '' ? known.get(written.toLowerCase()) : undefined
    // A part with a dot in it, such as "tfd.events" in quotes, is not the name with that schema.
    if (name === undefined || name.split('.').length !== (schema === '' ? 1 : 2))
      throw new PortError(
        'SQL_UNKNOWN_NAME',
        `There is no relation "${written}"; there ${relations.length === 0 ? 'is none' : `are ${relations.join(', ')}`}.`,
        { details: { what: written, ...textPosition(statement, location) } },
      )
    used.add(name)
  }

  const visitTableFunction = (node: SyntaxNode, scope: ReadonlySet<string>, depth: number): void => {
    const call = nodeOf(node['function'])
    const name = textOf(call?.['function_name'])
    if (typeof call?.['query_location'] === 'number') location = call['query_location']
    if (call === null || !isAllowedTableFunction(name))
      throw refuse(name, `${name}() given as a table, a relation, unnest, range or generate_series wanted.`)
    for (const [member, value] of Object.entries(node)) {
      if (member === 'function') for (const inner of Object.values(call)) visit(inner, scope, depth + 1)
      else if (member !== 'cte_map') visit(value, scope, depth + 1)
    }
  }

  const visitFunction = (name: string): void => {
    if (!isAllowedFunction(name))
      throw refuse(name, `The function ${name}() is none that a statement may call.`)
  }

  const refuseCatalogName = (name: string): void => {
    if (CATALOG_NAME.test(name) || FILE_NAME.test(name))
      throw refuse(
        name,
        `A CTE called "${name}" given, a name unlike that of a file or of the catalog wanted.`,
      )
  }

  visit(tree, new Set(), 0)
  return { relations: [...used], parameters: [...parameters], unbounded }
}

/** Two tables without any condition between them; the elements of a list beside their own row are none. */
function pairsEverything(join: SyntaxNode): boolean {
  const rows = (side: SyntaxNode | null) =>
    side !== null &&
    (['BASE_TABLE', 'JOIN'].includes(textOf(side['type'])) ||
      (side['type'] === 'TABLE_FUNCTION' && nodeOf(side['function'])?.['function_name'] !== 'unnest'))
  return join['ref_type'] === 'CROSS' && rows(nodeOf(join['left'])) && rows(nodeOf(join['right']))
}
