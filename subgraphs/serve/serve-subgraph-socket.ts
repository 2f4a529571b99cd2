import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql'
import { parse } from 'graphql'
import { handleProtocols } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import type { WebSocketServer } from 'ws'
import type { OperationRequest, OperationRunner } from './operation-runner.ts'
import { toCodedError } from './coded-error.ts'
import { SubscriptionRefused } from './subscribe-with-extensions.ts'

/** Carries an operation as text past graphql-ws, which would have it parsed and executed by graphql-js. */
interface TextArgs extends ExecutionArgs {
  request: OperationRequest
  headers: Record<string, unknown>
}

/** Serves graphql-transport-ws on a websocket server; returns the function that ends it. */
export function serveSubgraphSocket({
  sockets,
  runner,
}: {
  sockets: WebSocketServer
  runner: OperationRunner
}): () => Promise<void> {
  sockets.options.handleProtocols = handleProtocols
  const { dispose } = useServer(
    {
      isProd: true,
      onSubscribe(ctx, _id, { query, variables, operationName }): TextArgs | readonly GraphQLError[] {
        const request: OperationRequest = {
          query,
          variables: variables ?? undefined,
          operationName: operationName ?? undefined,
        }
        const found = runner.inspect(request)
        if ('errors' in found) return found.errors
        const headers = { ...ctx.extra.request.headers, ...ctx.connectionParams }
        return {
          schema: NO_SCHEMA,
          document: parse(query),
          operationName: operationName ?? null,
          request,
          headers,
        }
      },
      execute(args) {
        const { request, headers } = args as TextArgs
        return runner.execute(request, { headers })
      },
      subscribe(args) {
        const { request, headers } = args as TextArgs
        return runner.subscribe(request, { headers }) as AsyncIterable<ExecutionResult>
      },
      onError: (_ctx, _id, _payload, errors) =>
        errors.flatMap(error => {
          const { originalError } = error
          const refused =
            originalError instanceof SubscriptionRefused ? originalError.errors : [toCodedError(error)]
          return refused.map(each => each.toJSON())
        }),
    },
    sockets,
  )
  return async () => {
    await dispose()
  }
}

/** graphql-ws asks for a schema and leaves it unread where `execute` and `subscribe` are given. */
const NO_SCHEMA = undefined as unknown as ExecutionArgs['schema']
