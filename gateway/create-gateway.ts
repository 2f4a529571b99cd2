import type { IncomingMessage } from 'node:http'
import { createHealthHandlers } from '#subgraphs/serve/health.ts'
import type { Readiness } from '#subgraphs/serve/health.ts'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { Registry } from 'prom-client'
import { createCountedCache } from './graph/counted-cache.ts'
import { createGraph } from './graph/create-graph.ts'
import { createOperationServer } from './graph/operation-server.ts'
import { gatewayError } from './error-codes.ts'
import { createErrorFormatter } from './format-error.ts'
import { acceptedTypes } from './http/accept.ts'
import { createAccess } from './http/access.ts'
import { createDownloadRoute, isLoopback } from './http/download-route.ts'
import { createGraphqlHandler } from './http/graphql-handler.ts'
import { createHttpServer } from './http/http-server.ts'
import type { RouteHandler } from './http/http-server.ts'
import { linksPage } from './http/links-page.ts'
import { listen } from './http/listen.ts'
import { STATIC_PATH, createPlayground } from './http/playground.ts'
import type { PlaygroundTab } from './http/playground.ts'
import { createRequestGuard } from './http/request-guard.ts'
import type { GatewayClient } from './gateway-client.ts'
import { tracingLogger } from './logger.ts'
import type { GatewayLogger } from './logger.ts'
import { createGatewayMetrics } from './metrics.ts'
import type { GatewayContext, SubgraphConnection } from './subgraphs/subgraph-connection.ts'
import { createStreaming } from './subscriptions/create-streaming.ts'
import type { ShareRule } from './subscriptions/subscription-hub.ts'
import type { StreamLimits } from './subscriptions/stream-limits.ts'
import { traceScope } from './trace-scope.ts'

export interface GatewayOptions {
  supergraphSdl: string
  /** A connection for each subgraph of the supergraph, by its name there. They stay their opener's to dispose of. */
  subgraphs: Readonly<Record<string, SubgraphConnection>>
  host?: string
  port: number
  /** An explicit port that is taken is an error; a default one moves on. */
  portIsExplicit: boolean
  allowedHosts?: readonly string[]
  allowedOrigins?: readonly string[]
  bodyLimitBytes?: number
  /** Every client has to give one of them; without any, only a loopback address is served. */
  accessTokens?: readonly string[]
  /** Answers health and metrics on a port of their own, too, where no token is asked for. */
  probePort?: number
  /** Makes a client's context. What it throws refuses the client. */
  contextFor?: (client: GatewayClient) => GatewayContext | Promise<GatewayContext>
  playground?: { tabs: readonly PlaygroundTab[] }
  /** More paths, or other handlers for known ones, `/` for one. A path that ends in a slash is a prefix. */
  routes?: Readonly<Record<string, RouteHandler>>
  /** Names of subgraphs that serve files, by the prefix of their paths; without tokens only where no other machine reaches the gateway. */
  downloads?: Readonly<Record<string, string>>
  readiness?: () => Promise<Readiness>
  metrics: Registry
  logger: GatewayLogger
  limits?: StreamLimits
  /** Which subscriptions clients may share; default: all without a `resumeFrom`. */
  share?: ShareRule
  /** Subscriptions whose messages build on each other: a slow client slows them down, and is spared none. */
  lossless?: ShareRule
  /** How long an entity lookup of an event waits for those of other events, in milliseconds; default 5. */
  entityWindowMs?: number
}

export interface Gateway extends AsyncDisposable {
  url: string
  address: string
  port: number
  probePort: number | null
  schema: GraphQLSchema
  /** Refuses new work, completes every stream, and lets requests finish for `drainMs` before it cuts them. */
  close(options?: { drainMs?: number }): Promise<void>
}

const GRAPHQL_PATH = '/graphql'

/** Starts a gateway for a Federation 2 supergraph: queries, mutations and subscriptions on one endpoint. */
export async function createGateway({
  supergraphSdl,
  subgraphs,
  host = '127.0.0.1',
  port,
  portIsExplicit,
  allowedHosts = [],
  allowedOrigins = [],
  bodyLimitBytes = 4 * 1024 * 1024,
  accessTokens = [],
  probePort,
  contextFor = () => ({ fingerprint: 'anonymous' }),
  playground: { tabs } = { tabs: [] },
  routes = {},
  downloads = {},
  readiness = () => Promise.resolve({ ready: true, checks: {} }),
  metrics: registry,
  logger: untraced,
  limits = {},
  share,
  lossless,
  entityWindowMs,
}: GatewayOptions): Promise<Gateway> {
  let draining = false
  const isDraining = () => draining
  const logger = tracingLogger(untraced)
  const access = createAccess(accessTokens)
  const contextOf = async (client: GatewayClient) => {
    const refusal = access.check(client)
    if (refusal) throw gatewayError(refusal.code, refusal.message)
    const context = await contextFor(client)
    const trace = traceScope.getStore()
    return trace ? { ...context, trace } : context
  }
  const metrics = createGatewayMetrics(registry)
  const formatError = createErrorFormatter({ logger })
  const graph = createGraph({ supergraphSdl, subgraphs, logger })
  const documents = createCountedCache<DocumentNode>({ max: 1000 })
  const operations = createOperationServer({ graph, documents, formatError, logger, metrics })
  await operations.start()

  const shared = {
    graph,
    operations,
    contextFor: contextOf,
    formatError,
    metrics,
    logger,
    isDraining,
    limits,
  }
  const streaming = createStreaming({
    ...shared,
    ...(share && { share }),
    ...(lossless && { lossless }),
    ...(entityWindowMs !== undefined && { entityWindowMs }),
  })
  const { websocket, sse, preparer } = streaming
  const maxConnections = limits.connections ?? 10_000
  const connections = () => websocket.connections + sse.connections
  const graphql = createGraphqlHandler({
    ...shared,
    preparer,
    sse,
    bodyLimitBytes,
    maxConnections,
    connections,
  })
  const playground = createPlayground({ tabs, endpoint: GRAPHQL_PATH })
  const health = createHealthHandlers({
    readiness,
    isDraining,
    facts: () => ({ streamingConnections: connections(), upstreamSubscriptions: streaming.hub.upstreams }),
  })
  const files = Object.entries(downloads).map(([prefix, name]) => {
    const mayServe = () => access.isRequired || isLoopback(bound.address)
    return [prefix, createDownloadRoute({ connection: subgraphs[name], mayServe, isDraining })] as const
  })
  const home = linksPage({ title: 'COELHO RealTime', links: HOME_LINKS })

  const probes: Readonly<Record<string, RouteHandler>> = {
    '/livez': (_request, response) => health.live(response),
    '/readyz': (_request, response) => health.ready(response),
    '/healthz': (_request, response) => health.details(response),
    '/metrics': async (_request, response) => {
      const caches = { documents: documents.size, plans: graph.planCount(), ...streaming.cacheSizes() }
      for (const [cache, entries] of Object.entries(caches)) metrics.cacheEntries.set({ cache }, entries)
      const text = await registry.metrics()
      response.writeHead(200, { 'content-type': registry.contentType })
      response.end(text)
    },
  }
  const server = createHttpServer({
    guard: createRequestGuard({ allowedHosts, allowedOrigins, anyHost: access.isRequired }),
    access,
    // What balancers ask tells no more than yes or no.
    open: ['/livez', '/readyz'],
    logger,
    isDraining,
    routes: {
      '/': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        response.end(home)
      },
      ...probes,
      [STATIC_PATH]: (request, response) => playground.file(request, response),
      [GRAPHQL_PATH]: (request, response, url) =>
        wantsPage(request) ? playground.page(request, response) : graphql(request, response, url),
      ...Object.fromEntries(files),
      ...routes,
    },
    upgrade(request, socket, head, path) {
      if (path !== GRAPHQL_PATH) return { code: 'NOT_FOUND', message: 'No websocket is served at that path.' }
      if (draining) return { code: 'SHUTTING_DOWN', message: 'The gateway is shutting down.' }
      if (connections() >= maxConnections) {
        return {
          code: 'TOO_MANY_CONNECTIONS',
          message: `The limit of ${maxConnections} streaming connections is reached.`,
        }
      }
      websocket.upgrade(request, socket, head)
      return null
    },
  })
  const probeServer = createHttpServer({
    guard: createRequestGuard({ anyHost: true }),
    access: createAccess([]),
    logger,
    isDraining,
    routes: probes,
    upgrade: () => ({ code: 'NOT_FOUND', message: 'No websocket is served here.' }),
  })
  const open = async () => {
    const isProtected = access.isRequired
    const serving = await listen(server, { host, port, portIsExplicit, isProtected })
    if (probePort === undefined) return { ...serving, probePort: null }
    const probing = await listen(probeServer, {
      host,
      port: probePort,
      portIsExplicit: true,
      isProtected: true,
    })
    return { ...serving, probePort: probing.port }
  }
  const bound = await open().catch(async (error: unknown) => {
    server.close()
    await streaming.close({ graceMs: 0 })
    await operations.stop()
    throw error
  })

  let closing: Promise<void> | undefined
  const close = async (drainMs: number) => {
    draining = true
    const cut = setTimeout(() => server.closeAllConnections(), drainMs)
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    // Requests that were under way leave their connections alive for a next one, which nobody may send.
    const sweep = setInterval(() => server.closeIdleConnections(), 20)
    await streaming.close({ graceMs: Math.min(drainMs, 1000) })
    await closed
    probeServer.close()
    probeServer.closeAllConnections()
    clearInterval(sweep)
    clearTimeout(cut)
    await operations.stop()
  }
  const name = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${name}:${bound.port}`,
    address: bound.address,
    port: bound.port,
    probePort: bound.probePort,
    schema: graph.schema(),
    close: ({ drainMs = 5000 } = {}) => (closing ??= close(drainMs)),
    [Symbol.asyncDispose]: () => (closing ??= close(0)),
  }
}

const HOME_LINKS = [
  { path: GRAPHQL_PATH, text: 'the graph: playground for people, GraphQL for programs' },
  { path: '/healthz', text: 'health' },
  { path: '/readyz', text: 'whether requests can be served' },
  { path: '/metrics', text: 'metrics for Prometheus' },
]

/** A browser's visit, as opposed to a program's request. */
function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && acceptedTypes(headers.accept).includes('text/html')
}
