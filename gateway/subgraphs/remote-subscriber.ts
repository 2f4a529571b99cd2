import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { childOf, traceHeaders } from '#subgraphs/trace-context.ts'
import { GraphQLError } from 'graphql'
import { connectionError } from './failure-reason.ts'
import type { RemoteOptions } from './remote-options.ts'
import type { SubgraphConnection, SubgraphMessage, SubgraphSubscription } from './subgraph-connection.ts'
import { subgraphSocketClass } from './subgraph-socket.ts'

export interface RemoteSubscriber {
  subscribe: SubgraphConnection['subscribe']
  close(): Promise<void>
}

/** The stream had run, or could have, when its websocket broke. */
export class StreamInterrupted extends Error {
  readonly interrupted = true
  /** False where the subgraph is well, and only more was sent than could be taken. */
  readonly isFailure: boolean
  constructor(reason: string, { isFailure = true }: { isFailure?: boolean } = {}) {
    super(reason)
    this.isFailure = isFailure
  }
}

/** Messages of a stream that may wait for a reader that is slower. */
const MAX_WAITING = 2000

/** Half of what a stream may be silent for when its subgraph's machine is gone: a heartbeat, and the wait for its answer. */
const HEARTBEAT_MS = 4000

/**
 * Subscribes at a subgraph over one websocket, shared by all streams, opened with the first and closed after the last. A peer
 * that leaves a heartbeat unanswered is given up.
 * It does not retry: whoever reads a stream is told that it broke, and knows whether to begin again.
 */
export function createRemoteSubscriber({
  url,
  headersFor,
  tls,
  connectTimeoutMs,
  heartbeatMs = HEARTBEAT_MS,
}: RemoteOptions & { url: string; heartbeatMs?: number }): RemoteSubscriber {
  let connected = false
  /** Why the last connection was not made. */
  let refusal: unknown
  /** Whether a certificate is shown that was never accepted so far. */
  let isUnproven = tls !== undefined
  let silence: NodeJS.Timeout | undefined
  const client: Client = createClient({
    url,
    lazy: true,
    retryAttempts: 0,
    keepAlive: heartbeatMs,
    connectionAckWaitTimeout: connectTimeoutMs,
    webSocketImpl: subgraphSocketClass({
      headersFor,
      tls,
      connectTimeoutMs,
      onRefused: reason => (refusal = reason),
    }),
    // Fatal are also refused connections: the reader retries, not the client.
    shouldRetry: () => false,
    on: {
      connecting: () => (refusal = undefined),
      connected() {
        connected = true
        isUnproven = false
      },
      ping(received) {
        if (received) return
        clearTimeout(silence)
        silence = setTimeout(() => client.terminate(), heartbeatMs)
        silence.unref()
      },
      message: () => clearTimeout(silence),
      closed() {
        connected = false
        clearTimeout(silence)
      },
    },
  })
  return {
    subscribe: subscription =>
      streamOf(client, subscription, {
        isConnected: () => connected,
        refusal: error =>
          connectionError(refusal ?? error, { isUnproven: isUnproven && refusal !== undefined }),
      }),
    async close() {
      clearTimeout(silence)
      await client.dispose()
    },
  }
}

function streamOf(
  client: Client,
  { query, variables, operationName, context: { trace }, signal }: SubgraphSubscription,
  { isConnected, refusal }: { isConnected: () => boolean; refusal: (error: unknown) => GraphQLError },
): AsyncIterable<SubgraphMessage> {
  return {
    async *[Symbol.asyncIterator]() {
      if (signal.aborted) return
      const queue: SubgraphMessage[] = []
      let outcome: { error?: unknown } | undefined
      let wake: () => void = () => undefined
      let wasConnected = isConnected()
      let heard = false
      const finish = (end: { error?: unknown }) => {
        outcome ??= end
        wake()
      }
      // Streams have no headers of their own in this protocol.
      const extensions = { positions: true, ...(trace && traceHeaders(childOf(trace))) }
      const unsubscribe = client.subscribe<Record<string, unknown>, Record<string, unknown>>(
        { query, variables: { ...variables }, operationName, extensions },
        {
          next(message) {
            if (outcome) return
            heard = true
            queue.push(message as SubgraphMessage)
            wake()
            if (queue.length < MAX_WAITING) return
            // Streams share the websocket, so this one can't be held up by not reading. Whoever can go on at a cursor loses nothing.
            finish({
              error: new StreamInterrupted('its messages come faster than they are taken.', {
                isFailure: false,
              }),
            })
            unsubscribe()
          },
          error: error => finish({ error }),
          complete: () => finish({}),
        },
      )
      const offs = [
        client.on('connected', () => (wasConnected = true)),
        // The client itself would begin again after code 1000, from the start and without a word.
        client.on('closed', event => heard && finish({ error: event })),
      ]
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
        if (outcome.error !== undefined) throw asError(outcome.error, { wasConnected, refusal })
      } finally {
        signal.removeEventListener('abort', abort)
        for (const off of offs) off()
        unsubscribe()
      }
    },
  }
}

/** The client reports refusals as lists of errors, broken sockets as close events or errors of the socket. */
function asError(
  error: unknown,
  { wasConnected, refusal }: { wasConnected: boolean; refusal: (error: unknown) => GraphQLError },
): Error {
  if (error instanceof StreamInterrupted) return error
  if (Array.isArray(error)) {
    return new SubscriptionRefused(
      error.map(
        ({ message, path, extensions }: GraphQLError) =>
          new GraphQLError(message, { path: path ?? null, extensions }),
      ),
    )
  }
  if (!wasConnected) {
    const cause = refusal(error)
    // Without a code: `nameSubgraph` says in words that the subgraph can't be reached.
    return cause.extensions.code === 'SUBGRAPH_UNREACHABLE' ? new Error(cause.message) : cause
  }
  if (typeof error === 'object' && error !== null && 'code' in error && 'reason' in error) {
    const reason = String(error.reason) || 'no reason given'
    return new StreamInterrupted(`the websocket was closed with ${String(error.code)} (${reason}).`)
  }
  return new StreamInterrupted(connectionError(error).message)
}
