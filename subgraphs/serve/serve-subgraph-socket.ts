import type { IncomingMessage } from 'node:http'
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql'
import { parse } from 'graphql'
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws'
import type { WebSocket, WebSocketServer } from 'ws'
import { readTrace } from '../trace-context.ts'
import type { SubgraphRequest } from './build-subgraph.ts'
import type { OperationRequest, OperationRunner } from './operation-runner.ts'
import { toCodedError } from './coded-error.ts'
import { SubscriptionRefused } from './subscribe-with-extensions.ts'

/** Carries an operation as text past graphql-ws, which would have it parsed and executed by graphql-js. */
interface TextArgs extends ExecutionArgs {
  operation: OperationRequest
  request: SubgraphRequest
}

/** A peer that leaves one of these unanswered is gone. */
const HEARTBEAT_MS = 12_000

/** Serves graphql-transport-ws on a websocket server; returns the function that ends it. */
export function serveSubgraphSocket({
  sockets,
  runner,
}: {
  sockets: WebSocketServer
  runner: OperationRunner
}): () => Promise<void> {
  sockets.options.handleProtocols = handleProtocols
  const protocol = makeServer<Record<string, unknown>, { request: IncomingMessage }>({
    onSubscribe(ctx, _id, payload): TextArgs | readonly GraphQLError[] {
      const { query, variables, operationName, extensions } = payload
      const operation: OperationRequest = {
        query,
        variables: variables ?? undefined,
        operationName: operationName ?? undefined,
      }
      const found = runner.inspect(operation)
      if ('errors' in found) return found.errors
      // The protocol has headers for the connection only, so what concerns one operation is among its extensions.
      const trace = readTrace(extensions)
      return {
        schema: NO_SCHEMA,
        document: parse(query),
        operationName: operationName ?? null,
        operation,
        request: {
          headers: { ...ctx.extra.request.headers, ...ctx.connectionParams },
          ...(trace && { trace }),
          ...(extensions?.['positions'] === true && { positions: true }),
        },
      }
    },
    execute(args) {
      const { operation, request } = args as TextArgs
      return runner.execute(operation, request)
    },
    subscribe(args) {
      const { operation, request } = args as TextArgs
      return runner.subscribe(operation, request) as AsyncIterable<ExecutionResult>
    },
    onError: (_ctx, _id, _payload, errors) =>
      errors.flatMap(error => {
        const { originalError } = error
        const refused =
          originalError instanceof SubscriptionRefused ? originalError.errors : [toCodedError(error)]
        return refused.map(each => each.toJSON())
      }),
  })

  const alive = new WeakSet<WebSocket>()
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, HEARTBEAT_MS)
  heartbeat.unref()
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    alive.add(socket)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // A stream is read on when its message has left; whether it could is told by the close of the socket.
        send: data => new Promise(resolve => socket.send(data, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: handle =>
          socket.on('message', data => {
            handle(String(data)).catch(() =>
              socket.close(CloseCode.InternalServerError, 'Internal server error'),
            )
          }),
      },
      { request },
    )
    socket.on('pong', () => alive.add(socket))
    socket.on('error', () => socket.terminate())
    socket.once('close', (code, reason) => void closed(code, String(reason)).catch(() => undefined))
  })
  return async () => {
    clearInterval(heartbeat)
    for (const socket of sockets.clients) socket.close(1001, 'Going away')
    await new Promise<void>(resolve => sockets.close(() => resolve()))
  }
}

/** graphql-ws asks for a schema and leaves it unread where `execute` and `subscribe` are given. */
const NO_SCHEMA = undefined as unknown as ExecutionArgs['schema']
