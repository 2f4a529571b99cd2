/** An error as a GraphQL response holds it. */
export interface ResponseError {
  message: string
  path?: readonly (string | number)[]
  locations?: readonly { line: number; column: number }[]
  extensions?: Readonly<Record<string, unknown>>
}

/** Codes of the client's own errors. All others come from the server as `extensions.code`. */
export const CLIENT_CODES = {
  BAD_RESPONSE: 'The answer is not GraphQL.',
  CLIENT_CLOSED: 'The client was closed before the answer came.',
  CONNECTION_CLOSED: 'The server closed the websocket for a reason that trying again does not mend.',
  GRAPHQL_ERROR: 'The server gave errors without a code.',
  NETWORK_ERROR: 'The server could not be reached.',
  TIMEOUT: 'No answer came in time.',
  WEBSOCKET_MISSING: 'The runtime has no WebSocket and none was given.',
} as const satisfies Record<string, string>

const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  'NETWORK_ERROR',
  'TIMEOUT',
  'SHUTTING_DOWN',
  'SUBGRAPH_UNREACHABLE',
  'TOO_MANY_CONNECTIONS',
])
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

/** Why a request or a subscription failed. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  /** One of `CLIENT_CODES`, or what the server said in `extensions.code` of its first error. */
  readonly code: string
  /** HTTP status, or close code of a websocket; null where no answer came. */
  readonly status: number | null
  /** The server's errors, all of them. */
  readonly errors: readonly ResponseError[]
  /** Whether the same request may well succeed a little later. */
  readonly retryable: boolean
  /** What the server could answer in spite of the errors. */
  readonly data: unknown

  constructor({
    code,
    message,
    status = null,
    errors = [],
    data = null,
    cause,
  }: {
    code: string
    message: string
    status?: number | null
    errors?: readonly ResponseError[]
    data?: unknown
    cause?: unknown
  }) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
    this.errors = errors
    this.data = data
    this.retryable = RETRYABLE_CODES.has(code) || RETRYABLE_STATUS.has(status ?? 0)
  }
}

/** The error for a response that holds errors. */
export function responseFailure(
  errors: readonly ResponseError[],
  { status = null, data = null }: { status?: number | null; data?: unknown } = {},
): RequestError {
  const [first] = errors
  const code = first?.extensions?.['code']
  return new RequestError({
    code: typeof code === 'string' ? code : 'GRAPHQL_ERROR',
    message: first?.message ?? 'The server answered with neither data nor errors.',
    status,
    errors,
    data,
  })
}
