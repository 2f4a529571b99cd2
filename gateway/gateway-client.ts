import type { IncomingHttpHeaders } from 'node:http'

/** What is known of a client; `connectionParams` come with a websocket's `connection_init`. */
export interface GatewayClient {
  headers: IncomingHttpHeaders
  connectionParams?: Record<string, unknown>
}
