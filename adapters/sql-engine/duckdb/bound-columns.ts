import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import { DuckDBTypeId } from '@duckdb/node-api'
import type { ResultColumn, SqlParams } from '#ports/sql-engine.ts'
import { bindParams, paramsByIdentifier } from './bind-params.ts'
import { columnsOf } from './prepare-statement.ts'

/**
 * Columns of a statement that was checked and prepared, without running it. Where a type follows from a parameter's value alone,
 * DuckDB describes the statement with the values in it.
 */
export async function boundColumns(
  connection: DuckDBConnection,
  prepared: DuckDBPreparedStatement,
  { statement, params }: { statement: string; params: SqlParams },
): Promise<readonly ResultColumn[]> {
  const indices = Array.from({ length: prepared.columnCount }, (_, index) => index)
  if (indices.every(index => prepared.columnTypeId(index) !== DuckDBTypeId.INVALID))
    return columnsOf(prepared)
  const description = await connection.prepare(`DESCRIBE ${statement}`)
  try {
    bindParams(description, paramsByIdentifier(params))
    const reader = await description.runAndReadAll()
    return reader
      .getRows()
      .map(([name, type]) => ({ name: String(name), type: String(type), nullable: true }))
  } finally {
    description.destroySync()
  }
}
