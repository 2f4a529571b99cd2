import type { DuckDBConnection } from '@duckdb/node-api'
import { PortError } from '#ports/port-error.ts'
import type { SyntaxNode } from './syntax-tree.ts'
import { nodeOf, nodesOf, textOf } from './syntax-tree.ts'
import { parserPosition } from './text-position.ts'

/** Characters of a statement. DuckDB's parser takes memory in proportion. */
const MAX_LENGTH = 65_536
/** Brackets within brackets: the parser recurses once for each, and its stack is not ours to size. */
const MAX_NESTING = 200

const PARSE = `SELECT json_serialize_sql($1::VARCHAR, skip_default := true, skip_empty := true, skip_null := true)`

/**
 * The query node of a text that is exactly one SELECT, as DuckDB's own parser reads it. Nothing is bound or run.
 * Throws `SQL_SYNTAX` (details: position, line, column) and `SQL_REFUSED` (details: what).
 */
export async function parseStatement(connection: DuckDBConnection, statement: string): Promise<SyntaxNode> {
  refuseUnreadable(statement)
  const reader = await connection.runAndReadAll(PARSE, [statement])
  const answer = JSON.parse(String(reader.getRows()[0]?.[0])) as SyntaxNode
  if (answer['error'] === true) throw failure(statement, answer)
  const statements = nodesOf(answer['statements'])
  if (statements.length !== 1)
    throw refused('statements', `${statements.length} statements given, exactly one wanted.`)
  const node = nodeOf(statements[0]?.['node'])
  if (node === null) throw refused('statement', 'The statement is none that can be read, a SELECT wanted.')
  return node
}

function refuseUnreadable(statement: string): void {
  if (statement.trim() === '') throw refused('statement', 'No statement given, a SELECT wanted.')
  if (statement.length > MAX_LENGTH)
    throw refused('length', `${statement.length} characters given, at most ${MAX_LENGTH} wanted.`)
  // A text that ends early for one of DuckDB's functions and not for another would be checked and run as two different ones.
  if (statement.includes('\0') || !statement.isWellFormed())
    throw refused('characters', 'The statement has a NUL or half a surrogate pair, Unicode text wanted.')
  let depth = 0
  let deepest = 0
  for (const character of statement) {
    if (character === '(' || character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ')' || character === ']' || character === '}') depth -= 1
  }
  if (deepest > MAX_NESTING)
    throw refused('nesting', `Brackets nested ${deepest} deep given, at most ${MAX_NESTING} wanted.`)
}

function failure(statement: string, answer: SyntaxNode): PortError {
  const type = textOf(answer['error_type'])
  const text = textOf(answer['error_message'])
  if (type !== 'parser' && type !== 'syntax')
    return refused('statement', `${text.replace(/[.!]*$/, '')}: one SELECT wanted.`)
  const offset = Number(answer['position'] ?? Number.NaN)
  const message = `The statement can't be read: ${text.replace(/[.!]*$/, '')}.`
  return new PortError('SQL_SYNTAX', message, {
    details: Number.isFinite(offset)
      ? parserPosition(statement, offset)
      : { position: 1, line: 1, column: 1 },
  })
}

function refused(what: string, message: string): PortError {
  return new PortError('SQL_REFUSED', message, { details: { what, position: null } })
}
