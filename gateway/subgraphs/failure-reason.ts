/** The code of a failed connection, such as ECONNREFUSED; undefined if it has none. */
export function failureCode(error: unknown): string | undefined {
  const cause = firstCause(error)
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}

/** What went wrong with a connection in one clause, with its code. */
export function failureReason(error: unknown): string {
  const cause = firstCause(error)
  const message = cause instanceof Error && cause.message ? cause.message : 'the connection failed'
  const code = failureCode(error)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/** Node tries IPv6 and IPv4 and reports their failures together; websockets wrap theirs into events. */
function firstCause(error: unknown): unknown {
  if (error instanceof AggregateError) return firstCause(error.errors[0])
  if (error instanceof Error || typeof error !== 'object' || error === null || !('error' in error))
    return error
  return firstCause(error.error)
}
