import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Subgraph } from './build-subgraph.ts'
import { createOperationRunner } from './operation-runner.ts'
import type { OperationRequest, OperationRunner } from './operation-runner.ts'
import { readJsonBody } from './read-json-body.ts'
import { serveSubgraphSocket } from './serve-subgraph-socket.ts'

export interface ServedSubgraph extends AsyncDisposable {
  /** For HTTP POST; websockets (graphql-transport-ws) are served at the same path. */
  url: string
  port: number
  close(): Promise<void>
}

/** Decides whether a request comes from the gateway; a websocket's has no body. */
export type VerifyRequest = (request: {
  headers: IncomingHttpHeaders
  body?: unknown
}) => boolean | Promise<boolean>

const PATH = '/graphql'

/**
 * Runs a subgraph as a server of its own: operations by HTTP POST, subscriptions by graphql-transport-ws. Browsers have
 * no business here: whatever carries an Origin is refused, and so is what `verify` does not accept.
 */
export async function serveSubgraph<Context>({
  subgraph,
  host = '127.0.0.1',
  port,
  verify = () => true,
  bodyLimitBytes = 16 * 1024 * 1024,
}: {
  subgraph: Subgraph<Context>
  host?: string
  port: number
  verify?: VerifyRequest
  bodyLimitBytes?: number
}): Promise<ServedSubgraph> {
  const runner = createOperationRunner({ schema: subgraph.schema, createContext: subgraph.createContext })
  const server = createServer((request, response) => {
    answer({ request, response, runner, verify, bodyLimitBytes }).catch((error: unknown) => {
      send(response, 500, error instanceof Error ? error.message : String(error), 'INTERNAL_SERVER_ERROR')
    })
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: bodyLimitBytes,
    perMessageDeflate: false,
  })
  const ended = serveSubgraphSocket({ sockets, runner })
  server.on('upgrade', (request, socket, head) => {
    const { url, headers } = request
    const refuse = () => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    socket.on('error', () => socket.destroy())
    if (url !== PATH || headers.origin) return refuse()
    Promise.resolve(verify({ headers })).then(accepted => {
      if (!accepted) return refuse()
      sockets.handleUpgrade(request, socket, head, client => sockets.emit('connection', client, request))
    }, refuse)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const close = async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    await ended()
    server.closeAllConnections()
    await closed
  }
  return { url: `http://${host}:${bound}${PATH}`, port: bound, close, [Symbol.asyncDispose]: close }
}

async function answer({
  request,
  response,
  runner,
  verify,
  bodyLimitBytes,
}: {
  request: IncomingMessage
  response: ServerResponse
  runner: OperationRunner
  verify: VerifyRequest
  bodyLimitBytes: number
}): Promise<void> {
  if (request.headers.origin)
    return send(response, 403, 'A subgraph serves its gateway only.', 'FORBIDDEN_ORIGIN')
  if (request.url !== PATH)
    return send(response, 404, `Nothing is served here; ${PATH} was wanted.`, 'NOT_FOUND')
  if (request.method !== 'POST') return send(response, 405, 'POST was wanted.', 'METHOD_NOT_ALLOWED')
  const read = await readJsonBody(request, { limitBytes: bodyLimitBytes })
  if ('refusal' in read) return send(response, 400, read.refusal.message, read.refusal.code)
  const { body } = read
  if (!(await verify({ headers: request.headers, body }))) {
    return send(response, 403, 'The request is not signed by the gateway.', 'FORBIDDEN')
  }
  if (!isOperation(body))
    return send(response, 400, 'An object with a string `query` was wanted.', 'BAD_REQUEST')
  const found = runner.inspect(body)
  if ('kind' in found && found.kind === 'subscription') {
    return send(response, 400, 'Subscriptions are served by websocket.', 'BAD_REQUEST')
  }
  const result = await runner.execute(body, { headers: request.headers })
  json(response, 200, result)
}

function isOperation(body: unknown): body is OperationRequest {
  return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string'
}

function send(response: ServerResponse, status: number, message: string, code: string): void {
  if (!response.headersSent) json(response, status, { errors: [{ message, extensions: { code } }] })
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
