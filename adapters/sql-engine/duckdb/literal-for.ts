import type { ColumnType } from '#ports/lake.ts'
import type { SqlValue } from '#ports/sql-engine.ts'
import type { SyntaxNode } from './syntax-tree.ts'
import { nodeOf, textOf } from './syntax-tree.ts'

const DATE = /^\d{4}-\d{2}-\d{2}$/
/** In UTC, as sessions of the sandbox are. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(?:Z|\+00(?::?00)?)?)?$/
const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'])
const WHOLE = new Set<ColumnType>(['byte', 'short', 'integer', 'long'])
const MOMENTS = new Set(['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'DATE'])

/**
 * The value of a literal or parameter as conditions on a column of this type have it (`ports/lake.ts`), or null if comparing them
 * in DuckDB might convert the column or round the value.
 */
export function literalFor(
  node: SyntaxNode | null,
  type: ColumnType,
  parameters: ReadonlyMap<string, SqlValue>,
): string | number | boolean | null {
  if (node?.['type'] === 'VALUE_PARAMETER') {
    const value = parameters.get(textOf(node['identifier']).toLowerCase())
    if (typeof value === 'string') return fromText(value, type)
    return typeof value === 'number' ? fromNumber(value, type) : null
  }
  if (node?.['type'] === 'OPERATOR_CAST') return fromCast(node, type)
  if (node?.['type'] !== 'VALUE_CONSTANT') return null
  const constant = nodeOf(node['value'])
  const value = constant?.['value']
  if (typeof value === 'string' && textOf(nodeOf(constant?.['type'])?.['id']) === 'VARCHAR')
    return fromText(value, type)
  // Decimals are given as their digits without the point.
  const id = textOf(nodeOf(constant?.['type'])?.['id'])
  if (typeof value === 'number' && (INTEGERS.has(id) || id === 'DOUBLE')) return fromNumber(value, type)
  return null
}

function fromCast(node: SyntaxNode, type: ColumnType): string | boolean | null {
  const to = textOf(nodeOf(node['cast_type'])?.['id'])
  const inner = nodeOf(node['child'])
  const constant = inner?.['type'] === 'VALUE_CONSTANT' ? nodeOf(inner['value']) : null
  const text = constant?.['value']
  if (typeof text !== 'string') return null
  if (to === 'BOOLEAN' && type === 'boolean') return text === 't' ? true : text === 'f' ? false : null
  if (to === 'DATE' && type === 'date') return fromText(text, type)
  // A date beside an instant is its midnight.
  if (type === 'timestamp' && MOMENTS.has(to))
    return to === 'DATE' && !DATE.test(text) ? null : fromText(text, type)
  return null
}

function fromText(text: string, type: ColumnType): string | null {
  if (type === 'string') return text
  if (type === 'date') return DATE.test(text) && isDay(text) ? text : null
  if (type !== 'timestamp') return null
  const [, day, time = '00:00:00'] = INSTANT.exec(text) ?? []
  if (day === undefined || !isDay(day)) return null
  const [whole, fraction = ''] = `${time.length === 5 ? `${time}:00` : time}`.split('.') as [string, string?]
  return `${day}T${whole}.${fraction.padEnd(6, '0')}Z`
}

function fromNumber(value: number, type: ColumnType): number | null {
  if (typeof type !== 'string' || !Number.isFinite(value)) return null
  if (WHOLE.has(type)) return Number.isSafeInteger(value) ? value : null
  return type === 'double' ? value : null
}

/** A day of the calendar, which 31 February is not. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
