import type { DuckDBPreparedStatement } from '@duckdb/node-api'
import { PortError } from '#ports/port-error.ts'
import type { SqlParams, SqlValue } from '#ports/sql-engine.ts'

/** Values by the identifier that a statement has for them: `1`, `2` or names in lower case. */
export function paramsByIdentifier(params: SqlParams): ReadonlyMap<string, SqlValue> {
  const entries = Array.isArray(params)
    ? (params as readonly SqlValue[]).map((value, index) => [String(index + 1), value] as const)
    : Object.entries(params as Readonly<Record<string, SqlValue>>).map(
        ([name, value]) => [name.replace(/^\$/, '').toLowerCase(), value] as const,
      )
  return new Map(entries)
}

/**
 * Throws `SQL_PARAMETER` unless exactly the parameters of the statement were given, and values that SQL has.
 * `identifiers` are the statement's, as `checkStatement` gives them.
 */
export function checkParams(identifiers: readonly string[], values: ReadonlyMap<string, SqlValue>): void {
  const wanted = new Set(identifiers.map(identifier => identifier.toLowerCase()))
  const missing = [...wanted].filter(identifier => !values.has(identifier))
  const superfluous = [...values.keys()].filter(identifier => !wanted.has(identifier))
  const list = (names: readonly string[]) => names.map(name => `$${name}`).join(', ')
  if (missing.length > 0)
    throw wrong(missing[0]!, `No value given for ${list(missing)}, a value for every parameter wanted.`)
  if (superfluous.length > 0)
    throw wrong(
      superfluous[0]!,
      `A value given for ${list(superfluous)}, which the statement lacks; ${wanted.size === 0 ? 'none' : list([...wanted])} wanted.`,
    )
  for (const [identifier, value] of values)
    if (!(value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)))
      throw wrong(
        identifier,
        `${String(value)} given for $${identifier}, text, a finite number, a boolean or null wanted.`,
      )
}

/** Whole numbers are bound as integers, so that they fit where integers are wanted, such as LIMIT. */
export function bindParams(prepared: DuckDBPreparedStatement, values: ReadonlyMap<string, SqlValue>): void {
  for (let index = 1; index <= prepared.parameterCount; index++) {
    const value = values.get(prepared.parameterName(index).toLowerCase()) ?? null
    if (value === null) prepared.bindNull(index)
    else if (typeof value === 'string') prepared.bindVarchar(index, value)
    else if (typeof value === 'boolean') prepared.bindBoolean(index, value)
    else if (Number.isSafeInteger(value)) prepared.bindBigInt(index, BigInt(value))
    else prepared.bindDouble(index, value)
  }
}

function wrong(what: string, message: string): PortError {
  return new PortError('SQL_PARAMETER', message, { details: { what } })
}
