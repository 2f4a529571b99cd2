import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { GraphQLError, parse, type ExecutionArgs } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'

export interface ReceivedSubscription {
  query: string
  variables: Record<string, unknown>
}

export interface GraphServer extends AsyncDisposable {
  url: string
  port: number
  /** What was subscribed to, in order. */
  received: ReceivedSubscription[]
  /** Payloads of `connection_init`, one for each connection. */
  connections: unknown[]
  /** Connections that are open. */
  open(): number
  /** Cuts every connection as a killed process does. */
  cut(): void
}

/** Results of one subscription, sent as they are; or the error that it is refused with. */
export type Answer = AsyncIterable<unknown> | GraphQLError

/** A websocket server for one test, speaking graphql-transport-ws by graphql-ws. `attempt` counts subscriptions from 1. */
export async function openGraphServer(
  subscribe: (subscription: ReceivedSubscription, attempt: number) => Answer,
  { port = 0, connect = () => true }: { port?: number; connect?: () => boolean } = {},
): Promise<GraphServer> {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port })
  const cut = () => {
    for (const client of sockets.clients) client.terminate()
  }
  const received: ReceivedSubscription[] = []
  const connections: unknown[] = []
  useServer(
    {
      onConnect({ connectionParams }) {
        connections.push(connectionParams)
        return connect()
      },
      onSubscribe(_ctx, _id, { query, variables }) {
        const subscription = { query, variables: variables ?? {} }
        received.push(subscription)
        const answer = subscribe(subscription, received.length)
        if (answer instanceof GraphQLError) return [answer]
        // The library leaves the schema unread where `subscribe` is given.
        const schema = undefined as unknown as ExecutionArgs['schema']
        return { schema, document: parse(query), contextValue: answer }
      },
      subscribe: ({ contextValue }) => contextValue as never,
      onNext: (_ctx, _id, _payload, _args, result) => result as never,
    },
    sockets,
  )
  await once(sockets, 'listening')
  const address = sockets.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    port: address.port,
    received,
    connections,
    open: () => sockets.clients.size,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      sockets.close()
      await once(sockets, 'close')
    },
  }
}
