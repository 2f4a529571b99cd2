import type { Column, ColumnType } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'

/**
 * The error for rows that DuckDB refused: it names the first row (from 1), its column and its value. It reads all rows again, which
 * only a refused batch has to pay.
 */
export const explainMismatch = (
  table: string,
  columns: readonly Column[],
  rows: readonly Uint8Array[],
  cause: unknown,
): PortError => {
  let number = 0
  for (const part of rows) {
    for (const line of linesOf(part)) {
      if (line.trim() === '') continue
      number++
      const problem = problemOf(line, columns)
      if (problem === null) continue
      return new PortError(
        'LAKE_SCHEMA_MISMATCH',
        `Row ${number} does not fit table ${table}: ${problem.text}. Nothing of the batch was written.`,
        { cause, details: { table, row: number, column: problem.column } },
      )
    }
  }
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  const row = Number(/in line (\d+)/.exec(said)?.[1] ?? Number.NaN)
  return new PortError(
    'LAKE_SCHEMA_MISMATCH',
    `A row does not fit table ${table}: ${said.replace(/ file "[^"]*",?/, '')}. Nothing of the batch was written.`,
    { cause, details: { table, row: Number.isNaN(row) ? null : row, column: null } },
  )
}

interface Problem {
  column: string | null
  text: string
}

const problemOf = (line: string, columns: readonly Column[]): Problem | null => {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    return { column: null, text: 'it is not JSON' }
  }
  if (!isObject(row)) return { column: null, text: 'it is not a JSON object' }
  return memberProblem(row, columns, '')
}

/** JSON can escape half of a surrogate pair, and no file can hold it as text. */
const isText = (value: unknown): boolean => typeof value !== 'string' || value.isWellFormed()

const memberProblem = (
  row: Readonly<Record<string, unknown>>,
  columns: readonly Column[],
  prefix: string,
): Problem | null => {
  for (const { name, type, nullable } of columns) {
    const column = prefix + name
    const value = row[name] ?? null
    if (value === null) {
      if (!nullable) return { column, text: `column ${column} is required and has no value` }
      continue
    }
    if (typeof type !== 'string' && type.type === 'struct' && isObject(value)) {
      const problem = memberProblem(value, type.fields, `${column}.`)
      if (problem !== null) return problem
    } else if (!isText(value)) {
      return { column, text: `column ${column} has text with half of a surrogate pair` }
    } else if (!fits(value, type)) {
      const given = JSON.stringify(value)
      return {
        column,
        text: `column ${column} is ${typeof type === 'string' ? type : type.type}, and the value is ${given.length > 60 ? `${given.slice(0, 60)}…` : given}`,
      }
    }
  }
  return null
}

/** As DuckDB converts, which also reads numbers from text. */
const fits = (value: unknown, type: ColumnType): boolean => {
  if (typeof type !== 'string') {
    if (type.type === 'struct' || type.type === 'map') return isObject(value)
    return Array.isArray(value) && value.every(item => item === null || fits(item, type.elementType))
  }
  const bits = WHOLE[type]
  if (bits !== undefined) return isWhole(value, bits)
  switch (type) {
    case 'string':
    case 'binary':
      return true
    case 'boolean':
      return typeof value === 'boolean' || typeof value === 'number' || value === 'true' || value === 'false'
    case 'date':
      return typeof value === 'string' && isDay(value)
    case 'timestamp':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && isDay(value.slice(0, 10))
    default:
      return isNumber(value)
  }
}

const WHOLE: Readonly<Record<string, bigint>> = { byte: 7n, short: 15n, integer: 31n, long: 63n }

const isWhole = (value: unknown, bits: bigint): boolean => {
  if (typeof value === 'boolean') return true
  const text = typeof value === 'number' ? wholeText(value) : typeof value === 'string' ? value : ''
  if (!/^[-+]?\d+(\.0*)?$/.test(text)) return false
  const whole = BigInt(text.replace(/^\+|\..*$/g, ''))
  return whole >= -(1n << bits) && whole < 1n << bits
}

const wholeText = (value: number): string => (Number.isInteger(value) ? BigInt(value).toString() : '')

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && /^\s*[-+]?(\d|\.\d|nan|inf)/i.test(value))

const isDay = (text: string): boolean => {
  const at = Date.parse(`${text.slice(0, 10)}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function* linesOf(part: Uint8Array): Iterable<string> {
  let start = 0
  while (start < part.length) {
    const found = part.indexOf(10, start)
    const end = found === -1 ? part.length : found
    yield decoder.decode(part.subarray(start, end))
    start = end + 1
  }
}

const decoder = new TextDecoder()
