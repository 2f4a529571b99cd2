import type { SignableRequest } from '#subgraphs/request-signature.ts'
import type { GatewayContext } from './subgraph-connection.ts'

/** Headers for a request to a subgraph; a signer of requests is one. The upgrade of a websocket has neither body nor context. */
export type HeadersFor = (request: SignableRequest & { context?: GatewayContext }) => Record<string, string>

/** PEM texts: what the gateway shows, and whose certificates it accepts. */
export interface ClientTls {
  cert: string
  key: string
  ca: string
}

/** What every way to a remote subgraph needs. */
export interface RemoteOptions {
  headersFor: HeadersFor
  tls: ClientTls | undefined
  connectTimeoutMs: number
}
