import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { CodedError } from '../coded-error.ts'
import { INTERNAL_VERSION, VERSION_HEADER } from '../internal-version.ts'
import type { RequestVerifier } from '../request-signature.ts'
import type { Subgraph } from './build-subgraph.ts'
import { createDownloadHandler } from './download-handler.ts'
import { listenAt } from './listen-at.ts'
import {
  DRAINING,
  REPEATED,
  SUBGRAPH_PATH,
  checkSender,
  createOperationHandler,
  sendRefusal,
} from './operation-handler.ts'
import type { OperationRefusal } from './operation-handler.ts'
import { createOperationRunner } from './operation-runner.ts'
import { createProbeHandler } from './probes.ts'
import type { Probes } from './probes.ts'
import { serveSubgraphSocket } from './serve-subgraph-socket.ts'

export interface ServedSubgraph extends AsyncDisposable {
  /** For HTTP POST; websockets (graphql-transport-ws) are served at the same path. */
  url: string
  port: number
  /**
   * Refuses what is new with 503 SHUTTING_DOWN, ends streams with the close code 1012, after which a gateway subscribes anew,
   * and lets requests finish for `drainMs` (default 5 s) before it cuts them.
   */
  close(options?: { drainMs?: number }): Promise<void>
}

/** PEM texts: whoever connects must show a certificate that `ca` has signed. */
export interface ServerTls {
  cert: string
  key: string
  ca: string
}

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1']
const SERVICE_RESTART = 1012
/** How long a peer may take to answer a close frame. */
const GOODBYE_MS = 1000

/**
 * Runs a subgraph as a server of its own: operations by HTTP POST, subscriptions by graphql-transport-ws, and `/livez`,
 * `/readyz`, `/healthz`, `/metrics` without a signature. Browsers have no business here: whatever carries an Origin is
 * refused, and so is what `verifier` does not accept.
 * @throws CodedError `AUTHENTICATION_REQUIRED` for an address that other machines reach, with neither `verifier` nor `tls`;
 * `PORT_IN_USE`.
 */
export async function serveSubgraph<Context>({
  subgraph,
  host = '127.0.0.1',
  port,
  verifier,
  tls,
  probes = {},
  bodyLimitBytes = 16 * 1024 * 1024,
}: {
  subgraph: Subgraph<Context>
  host?: string
  port: number
  verifier?: RequestVerifier | undefined
  tls?: ServerTls | undefined
  /** With `tls` they need a certificate too; `serveProbes` answers them on a port of its own. */
  probes?: Probes
  bodyLimitBytes?: number
}): Promise<ServedSubgraph> {
  if (!LOOPBACK.includes(host) && !verifier && !tls) {
    throw new CodedError(
      'AUTHENTICATION_REQUIRED',
      `The address ${JSON.stringify(host)} can be reached from other machines; a secret (SUBGRAPH_SECRET) or certificates (SUBGRAPH_TLS_CERT, SUBGRAPH_TLS_KEY, SUBGRAPH_TLS_CA) were wanted, or ${LOOPBACK.join(', ')}.`,
    )
  }
  let draining = false
  const isDraining = () => draining
  const runner = createOperationRunner({ schema: subgraph.schema, createContext: subgraph.createContext })
  const probe = createProbeHandler({ ...probes, isDraining })
  const operate = createOperationHandler({ runner, verifier, bodyLimitBytes, isDraining })
  const download = createDownloadHandler({ downloads: subgraph.downloads, verifier, isDraining })

  const running = new Set<ServerResponse>()
  let onIdle: () => void = () => undefined
  const server = createServerFor(tls, (request, response) => {
    response.setHeader(VERSION_HEADER, String(INTERNAL_VERSION))
    if (probe(request, response)) return
    running.add(response)
    response.once('close', () => {
      running.delete(response)
      if (running.size === 0) onIdle()
    })
    const answered = download(request, response) ?? operate(request, response)
    answered.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      sendRefusal(response, { status: 500, code: 'INTERNAL_SERVER_ERROR', message })
    })
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: bodyLimitBytes,
    perMessageDeflate: false,
  })
  sockets.on('headers', headers => headers.push(`${VERSION_HEADER}: ${INTERNAL_VERSION}`))
  const endSockets = serveSubgraphSocket({ sockets, runner })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = checkUpgrade(request, verifier) ?? (draining ? DRAINING : null)
    if (refusal) return refuseUpgrade(socket, refusal)
    sockets.handleUpgrade(request, socket, head, client => sockets.emit('connection', client, request))
  })
  await listenAt(server, { host, port })
  const bound = (server.address() as AddressInfo).port

  const drained = (drainMs: number) =>
    new Promise<void>(resolve => {
      if (running.size === 0) return resolve()
      const timer = setTimeout(resolve, drainMs)
      onIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const close = async (drainMs: number) => {
    draining = true
    for (const client of sockets.clients) {
      client.close(SERVICE_RESTART, 'Service restart')
      setTimeout(() => client.terminate(), GOODBYE_MS).unref()
    }
    await drained(drainMs)
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    await endSockets()
    server.closeAllConnections()
    await closed
  }
  let closing: Promise<void> | undefined
  const name = host.includes(':') ? `[${host}]` : host
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${bound}${SUBGRAPH_PATH}`,
    port: bound,
    close: ({ drainMs = 5000 } = {}) => (closing ??= close(drainMs)),
    [Symbol.asyncDispose]: () => (closing ??= close(0)),
  }
}

function createServerFor(
  tls: ServerTls | undefined,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (!tls) return createServer(handle)
  const { cert, key, ca } = tls
  return createTlsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, handle)
}

function checkUpgrade(
  { url: path = '', headers, method = 'GET' }: IncomingMessage,
  verifier: RequestVerifier | undefined,
): OperationRefusal | null {
  if (path !== SUBGRAPH_PATH || headers.origin)
    return { status: 403, code: 'FORBIDDEN', message: 'A subgraph serves its gateway only.' }
  const checked = checkSender({ headers, method, path }, verifier)
  if ('refused' in checked) return checked.refused
  // A captured upgrade is worth as much as the connection that it opens.
  return checked.isFirst() ? null : REPEATED
}

function refuseUpgrade(socket: Duplex, { status, code, message }: OperationRefusal): void {
  const text = JSON.stringify({ errors: [{ message, extensions: { code } }] })
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `${VERSION_HEADER}: ${INTERNAL_VERSION}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}
