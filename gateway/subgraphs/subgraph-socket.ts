import type { ClientRequest, IncomingMessage } from 'node:http'
import { INTERNAL_VERSION, VERSION_HEADER } from '#subgraphs/internal-version.ts'
import { WebSocket } from 'ws'
import { gatewayError } from '../error-codes.ts'
import { refusalOf } from './refusal-of.ts'
import type { RemoteOptions } from './remote-options.ts'

/** Of a refused upgrade's body: enough for the reason. */
const MAX_REASON_BYTES = 16 * 1024

/**
 * A websocket class for graphql-ws, which knows an address and a protocol only: its connections carry headers and show
 * certificates, and `onRefused` hears why one was not made.
 */
export function subgraphSocketClass({
  headersFor,
  tls,
  connectTimeoutMs,
  onRefused,
}: RemoteOptions & { onRefused: (reason: unknown) => void }): new (
  address: string,
  protocols: string,
) => WebSocket {
  return class extends WebSocket {
    constructor(address: string, protocols: string) {
      const { pathname, search } = new URL(address)
      const path = `${pathname}${search}`
      super(address, protocols, {
        handshakeTimeout: connectTimeoutMs,
        perMessageDeflate: false,
        headers: { [VERSION_HEADER]: String(INTERNAL_VERSION), ...headersFor({ method: 'GET', path }) },
        ...tls,
      })
      this.on('error', onRefused)
      this.once('upgrade', ({ statusCode = 101, headers }: IncomingMessage) => {
        const refusal = refusalOf(statusCode, headers, null)
        if (!refusal) return
        onRefused(refusal)
        // Not before the connection is there, or closing it would be an error of its own.
        this.once('open', () => this.terminate())
      })
      this.once('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
        void readReason(response).then(body => {
          const status = response.statusCode ?? 0
          const reason = gatewayError('SUBGRAPH_UNREACHABLE', `it answered the upgrade with HTTP ${status}.`)
          this.off('error', onRefused)
          onRefused(refusalOf(status, response.headers, body) ?? reason)
          this.terminate()
        })
      })
    }
  }
}

async function readReason(response: IncomingMessage): Promise<unknown> {
  let text = ''
  try {
    for await (const chunk of response) {
      text += String(chunk)
      if (text.length > MAX_REASON_BYTES) break
    }
    return JSON.parse(text)
  } catch {
    return null
  }
}
