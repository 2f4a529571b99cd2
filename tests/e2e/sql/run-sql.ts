import { ask } from '../support/ask.ts'

export interface SqlData {
  id: string
  rows: unknown[][]
  complete: boolean
  truncated: boolean
  columns: { name: string; type: string }[] | null
  tables: { table: { name: string }; version: number; live: boolean }[]
  exports: { format: string; url: string }[]
}

const FIELDS = `id rows complete truncated columns { name type } tables { table { name } version live } exports { format url }`

export const SQL = `query($s: String!, $u: UseCaseId, $asOf: AsOf, $limit: Int, $id: ID) {
  sql(statement: $s, useCase: $u, asOf: $asOf, limit: $limit, id: $id, timeout: 60000) { ${FIELDS} }
}`

/** The first hundred rows of a statement, however long a busy machine takes for them. */
export async function runSql(
  url: string,
  s: string,
  variables: Record<string, unknown> = {},
): Promise<SqlData> {
  let { sql } = await ask<{ sql: SqlData }>(url, SQL, { s, ...variables })
  while (!sql.complete && sql.rows.length === 0) {
    const again = await ask<{ sqlResult: SqlData }>(
      url,
      `query($id: ID!) { sqlResult(id: $id) { ${FIELDS} } }`,
      { id: sql.id },
    )
    sql = again.sqlResult
  }
  return sql
}
