import type { IncomingMessage, ServerResponse } from 'node:http'
import { HeaderMap } from '@apollo/server'
import { readJsonBody } from '#subgraphs/serve/read-json-body.ts'
import type { FormattedExecutionResult } from 'graphql'
import { ERROR_CODES } from '../error-codes.ts'
import type { ErrorCode } from '../error-codes.ts'
import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import type { OperationServer } from '../graph/operation-server.ts'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import type {
  OperationInput,
  OperationPreparer,
  PreparedOperation,
} from '../subscriptions/prepare-operation.ts'
import type { SseTransport } from '../subscriptions/sse-transport.ts'
import { whileAnswering } from '#subgraphs/serve/while-answering.ts'
import { acceptedTypes } from './accept.ts'
import { sendErrors, sendRefusal } from './send-json.ts'

export interface GraphqlHandlerOptions {
  operations: OperationServer
  preparer: OperationPreparer
  sse: SseTransport
  contextFor: (client: { headers: IncomingMessage['headers'] }) => Promise<GatewayContext>
  formatError: FormatError
  bodyLimitBytes: number
  maxConnections: number
  isDraining: () => boolean
  /** Streaming connections of all transports. */
  connections: () => number
}

const EVENT_STREAM = 'text/event-stream'

/** Serves GraphQL over HTTP: one answer by Apollo Server, or a stream of events where the client accepts one. */
export function createGraphqlHandler({
  operations,
  preparer,
  sse,
  contextFor,
  formatError,
  bodyLimitBytes,
  maxConnections,
  isDraining,
  connections,
}: GraphqlHandlerOptions): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const answer = async (request: IncomingMessage, response: ServerResponse, url: URL, body: unknown) => {
    const headers = new HeaderMap()
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
    }
    const result = await operations.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers, search: url.search, body },
      context: async () => ({
        ...(await contextFor({ headers: request.headers })),
        signal: whileAnswering(response),
      }),
    })
    if (response.destroyed) return
    response.statusCode = result.status ?? 200
    for (const [name, value] of result.headers) response.setHeader(name, value)
    if (result.body.kind === 'complete') {
      response.setHeader('content-length', Buffer.byteLength(result.body.string))
      response.end(result.body.string)
      return
    }
    for await (const chunk of result.body.asyncIterator) response.write(chunk)
    response.end()
  }

  const stream = async (
    request: IncomingMessage,
    response: ServerResponse,
    operation: PreparedOperation,
    variables: Record<string, unknown>,
  ) => {
    let context: GatewayContext
    try {
      context = await contextFor({ headers: request.headers })
    } catch (error) {
      return sendErrors(response, 401, formatAll(formatError, [error]))
    }
    if (operation.operation.operation === 'subscription')
      return sse.stream(response, { operation, variables, context })
    const { query, operationName } = operation
    const { body } = await operations.executeOperation(
      { query, variables, ...(operationName && { operationName }) },
      { contextValue: { ...context, signal: whileAnswering(response) } },
    )
    sse.single(
      response,
      (body.kind === 'single' ? body.singleResult : body.initialResult) as FormattedExecutionResult,
    )
  }

  return async (request, response, url) => {
    const { method } = request
    let body: unknown
    if (method === 'POST') {
      const read = await readJsonBody(request, { limitBytes: bodyLimitBytes })
      if ('refusal' in read) return sendRefusal(response, read.refusal)
      body = read.body
    }
    const accepted = acceptedTypes(request.headers.accept)
    if (!accepted.includes(EVENT_STREAM) || (method !== 'POST' && method !== 'GET'))
      return answer(request, response, url, body)

    const input = method === 'POST' ? inputOfBody(body) : inputOfSearch(url.searchParams)
    if (!input)
      return sendRefusal(response, {
        code: 'BAD_REQUEST',
        message: 'An object with the text of an operation as `query` was wanted.',
      })
    const prepared = preparer.prepare(input)
    if (!('operation' in prepared)) {
      const code = prepared[0]?.extensions.code
      const status = isErrorCode(code) ? ERROR_CODES[code].status : 400
      return sendErrors(response, status, formatAll(formatError, prepared))
    }
    const kind = prepared.operation.operation
    // Clients that take both (urql does, always) want the stream for subscriptions only.
    const takesJson = accepted.some(
      type => type.includes('json') || type === '*/*' || type === 'application/*',
    )
    if (kind !== 'subscription' && takesJson) return answer(request, response, url, body)
    if (kind === 'mutation' && method === 'GET') {
      return sendRefusal(response, {
        code: 'METHOD_NOT_ALLOWED',
        message: 'A mutation was sent by GET; POST was wanted.',
      })
    }
    if (isDraining())
      return sendRefusal(response, { code: 'SHUTTING_DOWN', message: 'The gateway is shutting down.' })
    if (connections() >= maxConnections) {
      return sendRefusal(response, {
        code: 'TOO_MANY_CONNECTIONS',
        message: `The limit of ${maxConnections} streaming connections is reached.`,
      })
    }
    return stream(request, response, prepared, { ...input.variables })
  }
}

function inputOfBody(body: unknown): OperationInput | null {
  if (!isRecord(body) || typeof body.query !== 'string') return null
  const { query, operationName, variables } = body
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: isRecord(variables) ? variables : undefined,
  }
}

function inputOfSearch(search: URLSearchParams): OperationInput | null {
  const query = search.get('query')
  if (query === null) return null
  const variables = parseRecord(search.get('variables'))
  if (variables === null) return null
  return { query, operationName: search.get('operationName'), variables }
}

/** Undefined when there is nothing, null when it is no object. */
function parseRecord(text: string | null): Record<string, unknown> | null | undefined {
  if (!text) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (value === null) return undefined
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && code in ERROR_CODES
}
