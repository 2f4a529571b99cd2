import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { GatewayLogger } from '../logger.ts'
import { enterTrace, traceScope } from '../trace-scope.ts'
import { acceptedTypes } from './accept.ts'
import type { Access } from './access.ts'
import type { RequestGuard } from './request-guard.ts'
import { refuseUpgrade, sendRefusal } from './send-json.ts'
import type { Refusal } from './send-json.ts'

export type RouteHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => void | Promise<void>

/**
 * An HTTP server that lets guarded requests through to the route of their path. `routes` are exact paths, or prefixes
 * where they end in a slash. Whatever a handler throws is logged and answered with 500; the process goes on.
 */
export function createHttpServer({
  routes,
  upgrade,
  guard,
  access,
  open = [],
  logger,
  isDraining,
}: {
  routes: Readonly<Record<string, RouteHandler>>
  /** Takes a websocket over, or says why not. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, path: string) => Refusal | null
  guard: RequestGuard
  access: Access
  /** Paths that need no proof. */
  open?: readonly string[]
  logger: GatewayLogger
  isDraining: () => boolean
}): Server {
  const prefixes = Object.keys(routes).filter(path => path.length > 1 && path.endsWith('/'))
  const find = (path: string) =>
    Object.hasOwn(routes, path) ? routes[path] : routes[prefixes.find(each => path.startsWith(each)) ?? '']

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    // A client that waits for the answer before it sends the next request would keep a draining server alive.
    if (isDraining()) response.setHeader('connection', 'close')
    const refusal = guard.check(request)
    if (refusal) return refuse(request, response, refusal)
    allowOrigin(response, guard.corsOrigin(request))
    const url = urlOf(request)
    if (!url)
      return refuse(request, response, { code: 'BAD_REQUEST', message: 'The request target is not a URL.' })
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { allow: 'GET, POST, OPTIONS' })
      response.end()
      return
    }
    const unproven = open.includes(url.pathname) ? null : access.check({ headers: request.headers })
    if (unproven) {
      // Of `Basic` a browser asks its user; programs are not to be bothered with a window.
      const isPage = acceptedTypes(request.headers.accept).includes('text/html')
      response.setHeader('www-authenticate', isPage ? 'Basic realm="COELHO RealTime"' : 'Bearer')
      return refuse(request, response, unproven)
    }
    const route = find(url.pathname)
    if (!route)
      return refuse(request, response, {
        code: 'NOT_FOUND',
        message: `Nothing is served at ${JSON.stringify(url.pathname.slice(0, 200))}.`,
      })
    await route(request, response, url)
  }
  const server = createServer((request, response) =>
    traceScope.run(enterTrace(request.headers), () => {
      handle(request, response).catch((error: unknown) => {
        const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
        logger.error('A request could not be handled.', { method: request.method, url: request.url, cause })
        if (response.headersSent) response.destroy()
        else sendRefusal(response, { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' })
      })
    }),
  )
  server.on('upgrade', (request, socket, head) => {
    const url = urlOf(request)
    const client = { headers: request.headers }
    const refusal =
      guard.check(request) ??
      // Pages can't set headers of a websocket: without one, the first message has to bring the proof.
      (access.isGiven(client) ? access.check(client) : null) ??
      (url ? upgrade(request, socket, head, url.pathname) : null)
    if (refusal) refuseUpgrade(socket, refusal)
    else if (!url) socket.destroy()
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      refuseUpgrade(socket, { code: 'BAD_REQUEST', message: 'The request is not HTTP.' }, 'Bad Request')
    else socket.destroy()
  })
  return server
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  request.resume()
  sendRefusal(response, refusal)
}

function urlOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '/', 'http://gateway.invalid')
}

function allowOrigin(response: ServerResponse, origin: string | null): void {
  response.setHeader('vary', 'origin')
  if (origin === null) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS')
  response.setHeader(
    'access-control-allow-headers',
    'content-type, authorization, apollo-require-preflight, x-apollo-operation-name, traceparent, tracestate',
  )
  response.setHeader('access-control-max-age', '600')
}
