const TYPES: Readonly<Record<string, string>> = {
  BAD_USER_INPUT: 'InvalidInput',
  INVALID_PARAMETER: 'InvalidInput',
  NOT_READY: 'NotReady',
  MODEL_NOT_FOUND: 'NotFound',
  MODEL_CORRUPT: 'NotReady',
  FEATURE_UNKNOWN: 'NotReady',
  JOB_NOT_FOUND: 'NotFound',
}

/** What was understood and refused, as the member of a payload's union; anything else stays an error. */
export function problemOf(error: unknown, others: Readonly<Record<string, string>> = {}) {
  const { code, message } = error as { code?: unknown; message?: string }
  const typename = typeof code === 'string' ? (others[code] ?? TYPES[code]) : undefined
  if (typename === undefined || typeof code !== 'string' || message === undefined) throw error
  const shown = code === 'INVALID_PARAMETER' ? 'BAD_USER_INPUT' : code
  return { __typename: typename, code: shown, message, path: pathOf(message) }
}

/** Messages about an input begin with its path. */
function pathOf(message: string): string | null {
  return /^([a-zA-Z][\w.]*): /.exec(message)?.[1] ?? null
}
