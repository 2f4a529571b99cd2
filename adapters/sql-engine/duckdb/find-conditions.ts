import type { Column, ColumnType, Condition } from '#ports/lake.ts'
import type { SqlValue } from '#ports/sql-engine.ts'
import { literalFor } from './literal-for.ts'
import type { SyntaxNode, SyntaxValue } from './syntax-tree.ts'
import { nodeOf, nodesOf, textOf } from './syntax-tree.ts'

/** A relation's columns as statements name them; `source` is the table's column behind one, null where it is computed. */
export interface FilterableRelation {
  name: string
  columns: readonly { name: string; source: Column | null }[]
}

const MIRRORED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
const COMPARISONS: Readonly<Record<string, keyof typeof MIRRORED>> = {
  COMPARE_EQUAL: '=',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
}

/**
 * What is known of the rows that a statement needs of a relation: one list of conditions for each place that reads it, and a row is
 * needed if all conditions of some list hold. Only parts that are joined by AND in the WHERE of the query that reads the relation
 * itself count, and none where a row that fails them could still show, as on the outer side of a join.
 */
export function findConditions(
  tree: SyntaxNode,
  relation: FilterableRelation,
  parameters: ReadonlyMap<string, SqlValue>,
): readonly (readonly Condition[])[] {
  const found: (readonly Condition[])[] = []
  const seen = new Set<SyntaxNode>()
  const visit = (value: SyntaxValue | undefined): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) return value.forEach(visit)
    const node = value as SyntaxNode
    if (node['type'] === 'SELECT_NODE' && node['sample'] === undefined) {
      const conjuncts = conjunctsOf(nodeOf(node['where_clause']))
      const from = nodeOf(node['from_table'])
      for (const table of filteredTables(from)) {
        seen.add(table)
        if (isRelation(table, relation.name))
          found.push(conditionsOn(table, table === from, conjuncts, relation, parameters))
      }
    }
    if (node['type'] === 'BASE_TABLE' && !seen.has(node) && isRelation(node, relation.name)) found.push([])
    for (const member of Object.values(node)) visit(member)
  }
  visit(tree)
  return found
}

/** Tables of a FROM whose rows reach the WHERE one by one: a row left out beforehand changes nothing but itself. */
function filteredTables(table: SyntaxNode | null): readonly SyntaxNode[] {
  if (table === null) return []
  if (table['type'] === 'BASE_TABLE') return table['sample'] === undefined ? [table] : []
  if (table['type'] !== 'JOIN' || table['sample'] !== undefined) return []
  // Without its default, REGULAR, left out: positional joins and those by nearest time pair rows by their neighbours.
  if (!['REGULAR', 'CROSS', ''].includes(textOf(table['ref_type']))) return []
  const left = filteredTables(nodeOf(table['left']))
  switch (textOf(table['join_type'])) {
    case 'INNER':
      return [...left, ...filteredTables(nodeOf(table['right']))]
    case 'LEFT':
    case 'SEMI':
    case 'ANTI':
      return left
    default:
      return []
  }
}

/** Also true for a CTE of that name: its conditions are then a list too many, which leaves out nothing. */
function isRelation(table: SyntaxNode, name: string): boolean {
  const schema = textOf(table['schema_name'])
  const written = schema === '' ? textOf(table['table_name']) : `${schema}.${textOf(table['table_name'])}`
  return written.toLowerCase() === name.toLowerCase()
}

function conjunctsOf(where: SyntaxNode | null): readonly SyntaxNode[] {
  if (where === null) return []
  return where['type'] === 'CONJUNCTION_AND' ? nodesOf(where['children']).flatMap(conjunctsOf) : [where]
}

function conditionsOn(
  table: SyntaxNode,
  alone: boolean,
  conjuncts: readonly SyntaxNode[],
  relation: FilterableRelation,
  parameters: ReadonlyMap<string, SqlValue>,
): readonly Condition[] {
  // New names for columns would have to be followed.
  if (table['column_name_alias'] !== undefined) return []
  const alias = (textOf(table['alias']) || textOf(table['table_name'])).toLowerCase()
  if (relation.columns.some(column => column.name.toLowerCase() === alias)) return []

  const columnOf = (node: SyntaxNode | null): Column | null => {
    if (node?.['type'] !== 'COLUMN_REF' || !Array.isArray(node['column_names'])) return null
    const names = node['column_names'].map(name => String(name).toLowerCase())
    const name =
      names.length === 1 && alone ? names[0] : names.length === 2 && names[0] === alias ? names[1] : null
    return relation.columns.find(column => column.name.toLowerCase() === name)?.source ?? null
  }
  const compare = (
    column: Column | null,
    op: keyof typeof MIRRORED,
    value: SyntaxNode | null,
  ): Condition[] => {
    const literal = column === null ? null : literalFor(value, column.type, parameters)
    if (column === null || literal === null || ((op === '>' || op === '>=') && hasNaN(column.type))) return []
    return [{ column: column.name, op, value: literal }]
  }
  const conditionOf = (node: SyntaxNode): Condition[] => {
    const type = textOf(node['type'])
    const op = COMPARISONS[type]
    if (op !== undefined) {
      const [left, right] = [nodeOf(node['left']), nodeOf(node['right'])]
      const column = columnOf(left)
      return column === null ? compare(columnOf(right), MIRRORED[op], left) : compare(column, op, right)
    }
    if (type === 'COMPARE_BETWEEN') {
      const column = columnOf(nodeOf(node['input']))
      return [
        ...compare(column, '>=', nodeOf(node['lower'])),
        ...compare(column, '<=', nodeOf(node['upper'])),
      ]
    }
    if (type === 'COMPARE_IN') {
      const [input, ...list] = nodesOf(node['children'])
      const column = columnOf(input ?? null)
      if (column === null) return []
      const values = list.map(value => literalFor(value, column.type, parameters))
      const usable = values.filter(value => typeof value === 'string' || typeof value === 'number')
      return usable.length === values.length ? [{ column: column.name, op: 'in', value: usable }] : []
    }
    return []
  }
  return conjuncts.flatMap(conditionOf)
}

/** NaN counts as greater than all, and statistics need not know of it. */
const hasNaN = (type: ColumnType): boolean => type === 'double' || type === 'float'
