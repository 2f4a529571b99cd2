import type { ServerResponse } from 'node:http'
import type { FormattedExecutionResult } from 'graphql'
import type { GatewayMetrics } from '../metrics.ts'
import { createOutlet } from './outlet.ts'
import type { Outlet, OutletStream } from './outlet.ts'
import { createSharedMessage } from './shared-message.ts'
import type { StreamLimits } from './stream-limits.ts'
import type { SubscriptionService, SubscriptionStart } from './subscription-service.ts'

export interface SseTransport {
  /** Streams a checked subscription until it ends or the client goes. */
  stream(response: ServerResponse, start: SubscriptionStart): void
  /** Sends one result as a stream of its own. */
  single(response: ServerResponse, result: FormattedExecutionResult): void
  readonly connections: number
  /** Completes every stream. */
  close(): void
}

/** The distinct connections mode of the GraphQL over Server-Sent Events protocol (PROTOCOL.md of graphql-sse). */
export function createSseTransport({
  service,
  metrics,
  limits: { heartbeatMs = 12_000, ...outletLimits } = {},
}: {
  service: SubscriptionService
  metrics: Pick<GatewayMetrics, 'connections' | 'subscriptions' | 'delivered' | 'dropped'>
  limits?: StreamLimits
}): SseTransport {
  const transport = { transport: 'sse' }
  const open = new Map<ServerResponse, { end: () => void }>()
  const heartbeat = setInterval(() => {
    for (const response of open.keys()) response.write(':\n\n')
  }, heartbeatMs)
  heartbeat.unref()

  const begin = (response: ServerResponse): { outlet: Outlet; stream: OutletStream } => {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    })
    // Something at once, or proxies and clients wait for the first event to know that the stream is there.
    response.write(':\n\n')
    const outlet = createOutlet({
      ...outletLimits,
      target: {
        write: (text, done) => (response.writable ? response.write(text, done) : done()),
        pendingBytes: () => response.writableLength,
        stuck: () => response.destroy(),
      },
      onDelivered: () => metrics.delivered.inc(transport),
      onDropped: () => metrics.dropped.inc(transport),
    })
    return { outlet, stream: outlet.open(json => `event: next\ndata: ${json}\n\n`) }
  }
  return {
    stream(response, start) {
      const { outlet, stream } = begin(response)
      let leave: () => void = () => undefined
      const end = () => stream.whenFlushed(() => response.end('event: complete\ndata:\n\n'))
      open.set(response, { end })
      metrics.connections.set(transport, open.size)
      metrics.subscriptions.set(transport, open.size)
      response.once('close', () => {
        leave()
        outlet.close()
        open.delete(response)
        metrics.connections.set(transport, open.size)
        metrics.subscriptions.set(transport, open.size)
      })
      response.on('error', () => response.destroy())
      leave = service.start(start, {
        next: message => stream.push(message),
        pace: () => stream.pace(),
        error(errors) {
          stream.push(createSharedMessage({ errors }))
          end()
        },
        complete: end,
      })
    },
    single(response, result) {
      const { outlet, stream } = begin(response)
      const { data, errors, extensions } = result
      stream.push(
        createSharedMessage({
          ...(data !== undefined && { data }),
          ...(errors && { errors }),
          ...(extensions && { extensions }),
        }),
      )
      stream.whenFlushed(() => response.end('event: complete\ndata:\n\n'))
      response.once('close', () => outlet.close())
    },
    get connections() {
      return open.size
    },
    close() {
      clearInterval(heartbeat)
      for (const { end } of open.values()) end()
    },
  }
}
