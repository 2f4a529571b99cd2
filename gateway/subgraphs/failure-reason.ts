import { GraphQLError } from 'graphql'
import { gatewayError } from '../error-codes.ts'

/** Codes of Node and OpenSSL for a handshake that one side broke off because of certificates or of what they speak. */
const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|INVALID_PURPOSE$|ERR_OSSL_)/

const CLOSED: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']

/** The code of a failed connection, such as ECONNREFUSED; undefined if it has none. */
export function failureCode(error: unknown): string | undefined {
  const cause = firstCause(error)
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}

/** What went wrong with a connection in one clause, with its code. */
function failureReason(error: unknown): string {
  const cause = firstCause(error)
  const message = cause instanceof Error && cause.message ? cause.message : 'the connection failed'
  const code = failureCode(error)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/**
 * Why a connection failed, for the client: coded, without its insides; the caller names the subgraph. `isUnproven`: certificates
 * were shown and nothing has been answered yet, so that a closed connection is what a refused certificate looks like: under
 * TLS 1.3 a server judges it after the handshake.
 */
export function connectionError(
  error: unknown,
  { isUnproven = false }: { isUnproven?: boolean } = {},
): GraphQLError {
  if (error instanceof GraphQLError) return error
  const code = failureCode(error) ?? ''
  const isHandshake = TLS_CODE.test(code)
  if (!isHandshake && !(isUnproven && CLOSED.includes(code)))
    return gatewayError('SUBGRAPH_UNREACHABLE', `${failureReason(error)}.`)
  const cause = firstCause(error)
  const message = cause instanceof Error ? cause.message : ''
  // OpenSSL gives file names and line numbers around the reason.
  const reason = /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.split('\n')[0]?.replace(/\.$/, '')
  return gatewayError(
    'SUBGRAPH_REFUSED',
    `the TLS handshake failed: ${reason} (${code}). SUBGRAPH_TLS_CERT, SUBGRAPH_TLS_KEY and SUBGRAPH_TLS_CA of gateway and subgraph must belong together.`,
  )
}

/** Node tries IPv6 and IPv4 and reports their failures together; websockets wrap theirs into events. */
function firstCause(error: unknown): unknown {
  if (error instanceof AggregateError) return firstCause(error.errors[0])
  if (error instanceof Error || typeof error !== 'object' || error === null || !('error' in error))
    return error
  return firstCause(error.error)
}
