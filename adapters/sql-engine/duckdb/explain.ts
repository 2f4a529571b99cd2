import type { DuckDBConnection } from '@duckdb/node-api'
import type { SqlParams } from '#ports/sql-engine.ts'
import { bindParams, paramsByIdentifier } from './bind-params.ts'

/** DuckDB's physical plan of a statement that was checked, as a drawing in text, without names of files. */
export async function explain(
  connection: DuckDBConnection,
  statement: string,
  params: SqlParams,
): Promise<string> {
  const prepared = await connection.prepare(`EXPLAIN ${statement}`)
  try {
    bindParams(prepared, paramsByIdentifier(params))
    const reader = await prepared.runAndReadAll()
    const plan = reader.getRows().map(row => String(row[1]))
    return plan.join('\n').replaceAll(/(?:\/|[A-Za-z]:\\)[^\s│]*[/\\][^\s│]*/g, '…')
  } finally {
    prepared.destroySync()
  }
}
