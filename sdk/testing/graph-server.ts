import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { parse, type ExecutionArgs } from 'graphql'
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
  /** Subscriptions that clients left. */
  completed: number
  /** Cuts every connection as a killed process does. */
  cut(): void
}

/**
 * A websocket server that speaks graphql-transport-ws by graphql-ws; `subscribe` gives the results of each subscription, which
 * are sent as they are. What it throws becomes an error message.
 */
export async function openGraphServer(
  subscribe: (subscription: ReceivedSubscription, attempt: number) => AsyncIterable<unknown> | Promise<never>,
  { port = 0, connect = () => true }: { port?: number; connect?: () => boolean } = {},
): Promise<GraphServer> {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port })
  const state: GraphServer = {
    url: '',
    port: 0,
    received: [],
    connections: [],
    completed: 0,
    cut: () => {
      for (const client of sockets.clients) client.terminate()
    },
    async [Symbol.asyncDispose]() {
      state.cut()
      sockets.close()
      await once(sockets, 'close')
    },
  }
  useServer(
    {
      onConnect({ connectionParams }) {
        state.connections.push(connectionParams)
        return connect()
      },
      onSubscribe(_ctx, _id, { query, variables }) {
        const received = { query, variables: variables ?? {} }
        state.received.push(received)
        // The library leaves the schema unread where `subscribe` is given.
        const schema = undefined as unknown as ExecutionArgs['schema']
        return { schema, document: parse(query), contextValue: received }
      },
      subscribe: async ({ contextValue }) =>
        subscribe(contextValue as ReceivedSubscription, state.received.length) as never,
      onComplete() {
        state.completed++
      },
    },
    sockets,
  )
  await once(sockets, 'listening')
  state.port = (sockets.address() as AddressInfo).port
  state.url = `http://127.0.0.1:${state.port}/graphql`
  return state
}

/** Ends only when its reader leaves. */
export async function* forever(): AsyncGenerator<never, void> {
  await new Promise(() => {})
  yield* []
}
