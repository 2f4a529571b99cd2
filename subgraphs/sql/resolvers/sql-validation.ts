import { GraphQLError } from 'graphql'
import type { StatementShape } from '#ports/sql-engine.ts'
import type { Context } from '../context.ts'
import { outcomeOf, statementError } from '../statements/statement-error.ts'
import type { StatementRequest } from '../statements/statement-input.ts'

const LIVE_KINDS = { filter: 'FILTER', aggregate: 'AGGREGATE', top: 'TOP', other: 'REEXECUTED' } as const

/** What is wrong with a statement is an answer here; what is wrong with the lake or the engine stays an error. */
export async function validateStatement(
  { statements }: Pick<Context, 'statements'>,
  request: Pick<StatementRequest, 'statement' | 'useCase' | 'params'>,
) {
  try {
    const { checked, tables } = await statements.validate(request)
    return {
      valid: true,
      problem: null,
      columns: [...checked.columns],
      tables: [...tables],
      bytesToScan: checked.bytesToScan,
      live: liveShape(checked.shape),
    }
  } catch (error) {
    const told = statementError(error)
    const code = outcomeOf(told)
    if (!OF_STATEMENT.has(code)) throw told
    const extensions = told instanceof GraphQLError ? told.extensions : {}
    const place = (name: string) => (typeof extensions[name] === 'number' ? extensions[name] : null)
    return {
      valid: false,
      problem: {
        __typename: 'SqlProblem' as const,
        code,
        message: told.message,
        position: place('position'),
        line: place('line'),
        column: place('column'),
      },
      columns: [],
      tables: [],
      bytesToScan: null,
      live: null,
    }
  }
}

const OF_STATEMENT = new Set([
  'SQL_SYNTAX',
  'SQL_REFUSED',
  'SQL_UNKNOWN_NAME',
  'SQL_PARAMETER',
  'SQL_EXECUTION',
])

function liveShape(shape: StatementShape) {
  return { kind: LIVE_KINDS[shape.kind], reason: shape.kind === 'other' ? shape.reason : null }
}
