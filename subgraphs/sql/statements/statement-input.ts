import { createHash } from 'node:crypto'
import type { SqlParams, SqlValue } from '#ports/sql-engine.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { AsOf } from './as-of.ts'

/** What a client asks to be run, as it came. */
export interface StatementRequest {
  statement: string
  useCase?: string | null | undefined
  params?: unknown
  limit?: number | null | undefined
  asOf?: AsOf | null | undefined
  timeout?: number | null | undefined
  plan?: boolean | null | undefined
  /** Of the client's choice. */
  id?: string | null | undefined
  /** Name of the GraphQL operation. */
  operation?: string | null | undefined
}

export interface StatementInput {
  statement: string
  useCase: string | null
  params: SqlParams | undefined
  limit: number
  asOf: AsOf | null
  timeoutMs: number
  plan: boolean
  id: string | null
  operation: string | null
  /** Equal for requests that ask for the same. */
  fingerprint: string
}

const MOST_ROWS = 100_000
const DEFAULT_ROWS = 1000
const LONGEST = 100_000
const DEFAULT_TIMEOUT_MS = 30_000
const MOST_PARAMS = 1000
const ID = /^[A-Za-z0-9_-]{8,64}$/

/** @throws CodedError `BAD_USER_INPUT`, `SQL_PARAMETER`. */
export function readStatement(
  request: StatementRequest,
  { maxTimeoutMs }: { maxTimeoutMs: number },
): StatementInput {
  const { statement, useCase = null, asOf = null, id = null, operation = null } = request
  if (statement.length > LONGEST) {
    throw bad(`statement: ${statement.length} characters given, at most ${LONGEST} wanted.`)
  }
  if (id !== null && !ID.test(id)) {
    throw bad(`id: ${JSON.stringify(id.slice(0, 80))} given, 8 to 64 of letters, digits, "-" and "_" wanted.`)
  }
  const limit = within('limit', request.limit ?? DEFAULT_ROWS, 1, MOST_ROWS)
  const timeoutMs = within(
    'timeout',
    request.timeout ?? Math.min(DEFAULT_TIMEOUT_MS, maxTimeoutMs),
    1,
    maxTimeoutMs,
  )
  const params = readParams(request.params)
  const plan = request.plan ?? false
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([statement, useCase, params ?? null, limit, asOf, timeoutMs, plan]))
    .digest('hex')
  return { statement, useCase, params, limit, asOf, timeoutMs, plan, id, operation, fingerprint }
}

/** A list or an object of scalars; undefined for nothing. @throws CodedError `SQL_PARAMETER`. */
export function readParams(given: unknown): SqlParams | undefined {
  if (given == null) return undefined
  if (typeof given !== 'object') throw unfit('params', given, 'a list or an object')
  const entries = Object.entries(given)
  if (entries.length > MOST_PARAMS) {
    throw new CodedError(
      'SQL_PARAMETER',
      `params: ${entries.length} values given, at most ${MOST_PARAMS} wanted.`,
    )
  }
  for (const [name, value] of entries) {
    if (!isScalar(value)) throw unfit(`params.${name}`, value, 'text, a finite number, a boolean or null')
  }
  return given as SqlParams
}

/** @throws CodedError `BAD_USER_INPUT`. */
export function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw bad(`${name}: ${value} given, ${least} to ${most} wanted.`)
}

function isScalar(value: unknown): value is SqlValue {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message)
}

function unfit(name: string, value: unknown, wanted: string): CodedError {
  const given = (JSON.stringify(value) ?? String(value)).slice(0, 80)
  return new CodedError('SQL_PARAMETER', `${name}: ${given} given, ${wanted} wanted.`)
}
