import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBType } from '@duckdb/node-api'
import { StatementType } from '@duckdb/node-api'
import { PortError } from '#ports/port-error.ts'
import type { ResultColumn, SqlParams } from '#ports/sql-engine.ts'
import { bindParams, checkParams, paramsByIdentifier } from './bind-params.ts'
import { createBoundedMap } from './bounded-map.ts'
import { checkStatement, type StatementUse } from './check-statement.ts'
import { parseStatement } from './parse-statement.ts'

/** Statements that were checked stay so: what they may name is part of the key. Long ones are not kept. */
const checked = createBoundedMap<StatementUse>(500)
const LONGEST_KEPT = 4000

/**
 * Checks a statement and prepares it on the connection that has read it: what was checked is what runs. Throws as `parseStatement`
 * and `checkStatement` do, and DuckDB's errors of binding.
 */
export async function prepareStatement(
  connection: DuckDBConnection,
  statement: string,
  relations: readonly string[],
  params: SqlParams,
): Promise<DuckDBPreparedStatement> {
  const key = JSON.stringify([statement, ...relations])
  const use =
    checked.get(key) ?? checkStatement(statement, await parseStatement(connection, statement), relations)
  if (statement.length <= LONGEST_KEPT) checked.set(key, use)
  const values = paramsByIdentifier(params)
  checkParams(use.parameters, values)
  const prepared = await connection.prepare(statement)
  if (prepared.statementType !== StatementType.SELECT)
    throw new PortError('SQL_REFUSED', 'The statement is no SELECT.', { details: { what: 'statement' } })
  bindParams(prepared, values)
  return prepared
}

/** Whether a column can be null is not known before a statement ran. */
export function columnsOf(result: {
  columnCount: number
  columnName(index: number): string
  columnType(index: number): DuckDBType
}): readonly ResultColumn[] {
  return Array.from({ length: result.columnCount }, (_, index) => ({
    name: result.columnName(index),
    type: result.columnType(index).alias ?? String(result.columnType(index)),
    nullable: true,
  }))
}
