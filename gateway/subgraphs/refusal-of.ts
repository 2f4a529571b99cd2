import { VERSION_HEADER, versionProblem } from '#subgraphs/internal-version.ts'
import type { GraphQLError } from 'graphql'
import { gatewayError } from '../error-codes.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * What a subgraph's answer says about the gateway itself rather than about an operation: that the versions of internal requests
 * are too far apart, or that the signature was not accepted. Null for any other answer, and for subgraphs of other makes.
 */
export function refusalOf(status: number, headers: Headers, body: unknown): GraphQLError | null {
  const problem = versionProblem(headers[VERSION_HEADER])
  if (problem) return gatewayError('SUBGRAPH_VERSION_MISMATCH', problem)
  if (headers[VERSION_HEADER] === undefined || status < 400) return null
  const { code, message } = firstError(body)
  if (code === 'SUBGRAPH_VERSION_MISMATCH') return gatewayError('SUBGRAPH_VERSION_MISMATCH', message)
  if (code !== 'FORBIDDEN') return null
  return gatewayError(
    'SUBGRAPH_REFUSED',
    `it refuses the gateway (HTTP ${status}): ${message} SUBGRAPH_SECRET must be the same for both.`,
  )
}

/** Whether an instance answered that it is going away: it has not carried the operation out. */
export function isDraining(status: number, body: unknown): boolean {
  return status === 503 && firstError(body).code === 'SHUTTING_DOWN'
}

function firstError(body: unknown): { code: unknown; message: string } {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors))
    return { code: undefined, message: '' }
  const [error] = body.errors as { message?: unknown; extensions?: { code?: unknown } | null }[]
  return { code: error?.extensions?.code, message: String(error?.message ?? '') }
}
