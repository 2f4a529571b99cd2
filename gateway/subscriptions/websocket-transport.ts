import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TraceContext } from '#subgraphs/trace-context.ts'
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws'
import type { ExecutionArgs, ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { gatewayError } from '../error-codes.ts'
import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import type { GatewayClient } from '../gateway-client.ts'
import type { OperationServer } from '../graph/operation-server.ts'
import type { GatewayLogger } from '../logger.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import { enterTrace, traceScope } from '../trace-scope.ts'
import { createOutlet } from './outlet.ts'
import type { Outlet } from './outlet.ts'
import type { OperationPreparer, PreparedOperation } from './prepare-operation.ts'
import { StreamFailed, createSocketStream } from './socket-stream.ts'
import type { StreamLimits } from './stream-limits.ts'
import type { SubscriptionService } from './subscription-service.ts'

export interface WebsocketTransport {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly connections: number
  /** Closes every connection with 1001; those that do not answer within `graceMs` are cut. */
  close(options: { graceMs: number }): Promise<void>
}

interface Extra {
  socket: WebSocket
  request: IncomingMessage
  outlet: Outlet
  context?: GatewayContext
  /** The payload of `connection_init`. */
  connectionParams?: Record<string, unknown> | undefined
}

/** What onSubscribe found out, for execute and subscribe. */
interface PreparedArgs extends ExecutionArgs {
  id: string
  operation: PreparedOperation
  variables: Record<string, unknown>
  context: TracedContext
  extra: Extra
}

type TracedContext = GatewayContext & { trace: TraceContext }

/**
 * Serves graphql-transport-ws, see the PROTOCOL.md of graphql-ws, which keeps the protocol here. Messages of
 * subscriptions are written past it: they are JSON already, and go at the client's pace.
 */
export function createWebsocketTransport({
  service,
  operations,
  preparer,
  contextFor,
  formatError,
  metrics,
  logger,
  isDraining,
  limits: {
    subscriptionsPerConnection = 50,
    messageBytes = 1024 * 1024,
    heartbeatMs = 12_000,
    ...outletLimits
  } = {},
}: {
  service: SubscriptionService
  operations: OperationServer
  preparer: OperationPreparer
  contextFor: (client: GatewayClient) => Promise<GatewayContext>
  formatError: FormatError
  metrics: Pick<GatewayMetrics, 'connections' | 'subscriptions' | 'delivered' | 'dropped'>
  logger: GatewayLogger
  isDraining: () => boolean
  limits?: StreamLimits
}): WebsocketTransport {
  const transport = { transport: 'websocket' }
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    handleProtocols,
    perMessageDeflate: false,
  })
  const protocol = makeServer<Record<string, unknown>, Extra>({
    async onConnect(ctx) {
      const { headers } = ctx.extra.request
      ctx.extra.connectionParams = ctx.connectionParams
      try {
        ctx.extra.context = await contextFor({
          headers,
          ...(ctx.connectionParams && { connectionParams: ctx.connectionParams }),
        })
        return true
      } catch {
        return false
      }
    },
    onSubscribe(
      { subscriptions, extra },
      id,
      { query, operationName, variables, extensions },
    ): readonly GraphQLError[] | PreparedArgs {
      if (isDraining()) return [gatewayError('SHUTTING_DOWN', 'The gateway is shutting down; connect again.')]
      if (Object.keys(subscriptions).length > subscriptionsPerConnection) {
        const message = `The connection holds ${subscriptionsPerConnection} operations already, which is the limit.`
        return [gatewayError('TOO_MANY_SUBSCRIPTIONS', message)]
      }
      const operation = preparer.prepare({ query, operationName, variables })
      if (!('operation' in operation)) return operation
      const { document } = operation
      return {
        id,
        operation,
        variables: variables ?? {},
        context: contextOf(extra, extensions),
        extra,
        schema: NO_SCHEMA,
        document,
        operationName: operationName ?? null,
      }
    },
    async execute(args) {
      const { operation, variables, context } = args as PreparedArgs
      const { query, operationName } = operation
      const { body } = await traceScope.run(context.trace, () =>
        operations.executeOperation(
          { query, variables, ...(operationName && { operationName }) },
          { contextValue: context },
        ),
      )
      return (body.kind === 'single' ? body.singleResult : body.initialResult) as ExecutionResult
    },
    subscribe(args) {
      const { id, operation, variables, context, extra } = args as PreparedArgs
      const prefix = `{"id":${JSON.stringify(id)},"type":"next","payload":`
      const stream = extra.outlet.open(json => `${prefix}${json}}`)
      metrics.subscriptions.inc(transport)
      return createSocketStream({
        stream,
        start: listener =>
          traceScope.run(context.trace, () => service.start({ operation, variables, context }, listener)),
        onEnd: () => metrics.subscriptions.dec(transport),
      })
    },
    // Formatted already, and without the `toJSON` that the library would look for.
    onNext: (_ctx, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_ctx, _id, _payload, errors) =>
      errors.flatMap(error =>
        error.originalError instanceof StreamFailed
          ? error.originalError.errors
          : formatAll(formatError, [error]),
      ),
  })

  const alive = new WeakSet<WebSocket>()
  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, heartbeatMs)
  heartbeat.unref()

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    alive.add(socket)
    metrics.connections.set(transport, server.clients.size)
    const outlet = createOutlet({
      ...outletLimits,
      target: {
        write: (text, done) => (socket.readyState === socket.OPEN ? socket.send(text, done) : done()),
        pendingBytes: () => socket.bufferedAmount,
        stuck: () => closeFirmly(socket, 1008, 'The client reads too slowly'),
      },
      onDelivered: () => metrics.delivered.inc(transport),
      onDropped: () => metrics.dropped.inc(transport),
    })
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: data => {
          if (socket.readyState === socket.OPEN) socket.send(data)
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: handle =>
          socket.on('message', data => {
            handle(String(data)).catch((error: unknown) => {
              logger.error('A websocket message could not be handled.', { cause: String(error) })
              socket.close(CloseCode.InternalServerError, 'Internal server error')
            })
          }),
      },
      { socket, request, outlet },
    )
    socket.on('pong', () => alive.add(socket))
    socket.on('error', error => logger.debug('A websocket failed.', { message: error.message }))
    socket.once('close', (code, reason) => {
      outlet.close()
      // The set still holds the closing socket while this runs.
      setImmediate(() => metrics.connections.set(transport, server.clients.size))
      closed(code, String(reason)).catch((error: unknown) =>
        logger.error('A websocket did not end well.', { cause: String(error) }),
      )
    })
  })
  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, client => server.emit('connection', client, request))
    },
    get connections() {
      return server.clients.size
    },
    async close({ graceMs }) {
      clearInterval(heartbeat)
      const open = [...server.clients]
      const gone = Promise.all(open.map(client => new Promise(resolve => client.once('close', resolve))))
      for (const client of open) closeFirmly(client, 1001, 'Going away', graceMs)
      server.close()
      await gone
    },
  }
}

/** graphql-ws asks for a schema and leaves it unread where `execute` and `subscribe` are given. */
const NO_SCHEMA = undefined as unknown as ExecutionArgs['schema']

/** Each operation is a trace of its own, unless it or the connection belongs to one. */
function contextOf(
  { context, connectionParams, request }: Extra,
  extensions: Record<string, unknown> | null | undefined,
): TracedContext {
  if (context) return { ...context, trace: enterTrace(extensions, connectionParams, request.headers) }
  throw gatewayError('INTERNAL_SERVER_ERROR', 'An operation came before the connection was acknowledged.')
}

/** A peer that reads nothing never sees the close frame, so it is cut soon after. */
function closeFirmly(socket: WebSocket, code: number, reason: string, graceMs = 1000): void {
  const cut = setTimeout(() => socket.terminate(), graceMs)
  cut.unref()
  socket.once('close', () => clearTimeout(cut))
  socket.close(code, reason)
}
