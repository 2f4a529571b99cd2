import { CodedError } from '#subgraphs/coded-error.ts'
import { readParams, within } from '../statements/statement-input.ts'
import type { LiveStatement } from './live-query.ts'

/** What a client asks to be kept up to date, as it came. */
export interface LiveRequest {
  statement: string
  useCase?: string | null | undefined
  params?: unknown
  maxPerSecond?: number | null | undefined
  limit?: number | null | undefined
  /** Name of the GraphQL operation. */
  operation?: string | null | undefined
  signal?: AbortSignal | undefined
}

const LONGEST = 100_000
const MOST_ROWS = 10_000
const DEFAULT_ROWS = 1000
const MOST_PER_SECOND = 20
const DEFAULT_PER_SECOND = 2

/** @throws CodedError `BAD_USER_INPUT`, `SQL_PARAMETER`. */
export function readRequest(request: Omit<LiveRequest, 'signal' | 'operation'>): {
  statement: LiveStatement
  intervalMs: number
} {
  const { statement, useCase = null } = request
  if (statement.length > LONGEST) {
    throw new CodedError(
      'BAD_USER_INPUT',
      `statement: ${statement.length} characters given, at most ${LONGEST} wanted.`,
    )
  }
  const limit = within('limit', request.limit ?? DEFAULT_ROWS, 1, MOST_ROWS)
  const perSecond = within('maxPerSecond', request.maxPerSecond ?? DEFAULT_PER_SECOND, 1, MOST_PER_SECOND)
  const params = readParams(request.params)
  return { statement: { statement, useCase, params, limit }, intervalMs: 1000 / perSecond }
}
