import { createHttpClient, type HttpClient } from './create-http-client.ts'
import type { HttpOptions } from './http-runners.ts'
import { createLiveSocket, type SocketOptions } from './live-socket.ts'
import { createMessageIterator } from './message-iterator.ts'
import type { SubscriptionRunner } from './operation-runners.ts'
import { createSubscriptions } from './operations.generated.ts'
import { RequestError } from './request-error.ts'

export type ClientOptions = HttpOptions & SocketOptions

/** Every operation as a method: promises for queries and mutations, async iterables for subscriptions. */
export type Client = HttpClient & ReturnType<typeof createSubscriptions> & SubscriptionRunner

/**
 * A client of the graph at `url`; its subscriptions share one websocket at the same address. Of several addresses the next is
 * used when one fails, and subscriptions go on there. Headers go with every request and, as the payload of `connection_init`,
 * with the websocket. Disposing of it ends iterations quietly and requests with CLIENT_CLOSED.
 *
 * `for await (const { predictions } of api.predictions({ useCase: 'TFD' }, { signal })) …`
 */
export function createClient(options: ClientOptions): Client {
  const { url, headers = {}, timeoutMs: ackTimeoutMs = 15_000, retries = 2, backoff } = options
  const http = createHttpClient(options)
  const socket = createLiveSocket({
    ...options,
    url: [url].flat().map(socketUrl),
    headers,
    retries,
    ackTimeoutMs,
  })
  let closed = false
  const runner: SubscriptionRunner = {
    subscribe: (document, variables = {}, subscribeOptions = {}) => ({
      [Symbol.asyncIterator]() {
        if (closed)
          throw new RequestError({
            code: 'CLIENT_CLOSED',
            message: 'The client was closed; a new one is needed.',
          })
        return createMessageIterator({
          socket,
          document,
          variables,
          retries,
          backoff,
          options: subscribeOptions,
        })
      },
    }),
  }
  return {
    ...http,
    ...createSubscriptions(runner),
    ...runner,
    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all([http[Symbol.asyncDispose](), socket.close()])
    },
  }
}

/** In a page the address may be relative to it. */
function socketUrl(url: string): string {
  const { location } = globalThis as { location?: { href: string } }
  return new URL(url, location?.href).href.replace(/^http/, 'ws')
}
