import { GraphQLError } from 'graphql'

/** Every code of the gateway's own errors, with the HTTP status where the whole request fails. Subgraph codes pass through beside them. */
export const ERROR_CODES = {
  AUTHENTICATION_REQUIRED: {
    status: 401,
    meaning: 'The address is reachable from other machines and no access token is configured.',
  },
  BAD_REQUEST: {
    status: 400,
    meaning: 'The request is not a GraphQL request as GraphQL over HTTP defines it.',
  },
  BAD_USER_INPUT: { status: 400, meaning: 'A variable or an argument does not fit its type.' },
  FORBIDDEN_HOST: {
    status: 403,
    meaning: 'The Host header names neither this machine nor a configured host.',
  },
  FORBIDDEN_ORIGIN: { status: 403, meaning: 'A web page of another site made the request.' },
  GRAPHQL_PARSE_FAILED: { status: 400, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: 'The document does not fit the schema.' },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    meaning: 'An unexpected fault; the log tells more under the id given.',
  },
  LOOPBACK_ONLY: {
    status: 403,
    meaning:
      'The gateway can be reached from other machines, and without authentication it gives this to its own only.',
  },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'The path knows other methods only.' },
  NOT_FOUND: { status: 404, meaning: 'Nothing is served at that path.' },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    meaning: 'The document has several operations or none under the name given.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'The body is longer than the limit.' },
  PORT_IN_USE: { status: 500, meaning: 'Another process listens on the port asked for.' },
  SHUTTING_DOWN: { status: 503, meaning: 'The gateway is draining; another instance will serve.' },
  SUBGRAPH_REFUSED: {
    status: 502,
    meaning: 'A subgraph does not take the gateway for its own: secrets or certificates differ.',
  },
  SUBGRAPH_UNREACHABLE: { status: 502, meaning: 'A subgraph did not answer, or its connection broke.' },
  SUBGRAPH_VERSION_MISMATCH: {
    status: 502,
    meaning: 'Gateway and subgraph are more than one release apart.',
  },
  SUBSCRIPTION_TRANSPORT_REQUIRED: {
    status: 400,
    meaning: 'A subscription was sent where one answer only can be given.',
  },
  SUPERGRAPH_INVALID: { status: 500, meaning: 'The supergraph and the subgraphs given do not fit together.' },
  TOO_MANY_CONNECTIONS: {
    status: 503,
    meaning: 'The gateway holds as many streaming connections as it may.',
  },
  TOO_MANY_SUBSCRIPTIONS: { status: 429, meaning: 'The connection holds as many subscriptions as it may.' },
  UNAUTHENTICATED: { status: 401, meaning: 'No access token was given, or one that is not accepted.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: 'The body is not application/json.' },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** An error for a client: message, code, and whatever else belongs into `extensions`. */
export function gatewayError(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } })
}
