import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { GraphQLError } from 'graphql'
import { WebSocket } from 'ws'
import { failureReason } from './failure-reason.ts'
import type { SubgraphConnection, SubgraphMessage, SubgraphSubscription } from './subgraph-connection.ts'

export interface RemoteSubscriber {
  subscribe: SubgraphConnection['subscribe']
  close(): Promise<void>
}

/** The stream had run, or could have, when its websocket broke. */
class StreamInterrupted extends Error {
  readonly interrupted: boolean
  constructor(reason: string, { interrupted }: { interrupted: boolean }) {
    super(reason)
    this.interrupted = interrupted
  }
}

/**
 * Subscribes at a subgraph over one websocket, shared by all streams, opened with the first and closed after the last.
 * It does not retry: whoever reads a stream is told that it broke, and knows whether to begin again.
 */
export function createRemoteSubscriber({
  url,
  connectTimeoutMs,
  heartbeatMs = 12_000,
}: {
  url: string
  connectTimeoutMs: number
  heartbeatMs?: number
}): RemoteSubscriber {
  let connected = false
  const client: Client = createClient({
    url,
    lazy: true,
    retryAttempts: 0,
    keepAlive: heartbeatMs,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { handshakeTimeout: connectTimeoutMs, perMessageDeflate: false })
      }
    },
    // Fatal are also refused connections: the reader retries, not the client.
    shouldRetry: () => false,
    on: {
      connected: () => (connected = true),
      closed: () => (connected = false),
    },
  })
  return {
    subscribe: subscription => streamOf(client, subscription, () => connected),
    close: async () => client.dispose(),
  }
}

function streamOf(
  client: Client,
  { query, variables, operationName, signal }: SubgraphSubscription,
  isConnected: () => boolean,
): AsyncIterable<SubgraphMessage> {
  return {
    async *[Symbol.asyncIterator]() {
      if (signal.aborted) return
      const queue: SubgraphMessage[] = []
      let outcome: { error?: unknown } | undefined
      let wake: () => void = () => undefined
      let wasConnected = isConnected()
      const finish = (end: { error?: unknown }) => {
        outcome ??= end
        wake()
      }
      const unsubscribe = client.subscribe<Record<string, unknown>, Record<string, unknown>>(
        { query, variables: { ...variables }, operationName },
        {
          next(message) {
            queue.push(message as SubgraphMessage)
            wake()
          },
          error: error => finish({ error }),
          complete: () => finish({}),
        },
      )
      const off = client.on('connected', () => (wasConnected = true))
      const abort = () => finish({})
      signal.addEventListener('abort', abort, { once: true })
      try {
        for (;;) {
          const message = queue.shift()
          if (signal.aborted) return
          if (message) yield message
          else if (outcome) break
          else await new Promise<void>(resolve => (wake = resolve))
        }
        if (outcome.error !== undefined) throw asError(outcome.error, wasConnected)
      } finally {
        signal.removeEventListener('abort', abort)
        off()
        unsubscribe()
      }
    },
  }
}

/** The client reports refusals as lists of errors, broken sockets as close events or errors of the socket. */
function asError(error: unknown, interrupted: boolean): Error {
  if (Array.isArray(error)) {
    return new SubscriptionRefused(
      error.map(
        ({ message, path, extensions }: GraphQLError) =>
          new GraphQLError(message, { path: path ?? null, extensions }),
      ),
    )
  }
  if (typeof error === 'object' && error !== null && 'code' in error && 'reason' in error) {
    const reason = String(error.reason) || 'no reason given'
    return new StreamInterrupted(`the websocket was closed with ${String(error.code)} (${reason}).`, {
      interrupted,
    })
  }
  return new StreamInterrupted(`${failureReason(error)}.`, { interrupted })
}
