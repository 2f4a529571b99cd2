import type { DuckDBConnection } from '@duckdb/node-api'
import { type SyntaxNode, nodeOf, nodesOf } from '../syntax-tree.ts'
import { parseExactly } from './exact-json.ts'
import { meaning } from './expressions.ts'

/** The query of one statement with everything that DuckDB tells, numbers to the last digit; null if it can't be read. */
export async function readTree(connection: DuckDBConnection, statement: string): Promise<SyntaxNode | null> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [statement])
  const answer = parseExactly(String(reader.getRows()[0]?.[0])) as SyntaxNode
  return nodeOf(nodesOf(answer['statements'])[0]?.['node'])
}

/** The SQL text of a query; null where DuckDB prints something that it does not read as the same. */
export async function printTree(connection: DuckDBConnection, tree: SyntaxNode): Promise<string | null> {
  const json = JSON.stringify({ error: false, statements: [{ node: tree, named_param_map: [] }] })
  try {
    const reader = await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [json])
    const text = String(reader.getRows()[0]?.[0])
    const again = await readTree(connection, text)
    return again !== null && meaning(again) === meaning(tree) ? text : null
  } catch {
    // What DuckDB's own parser gave can still be something that it does not print.
    return null
  }
}
