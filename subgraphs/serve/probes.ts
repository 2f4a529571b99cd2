import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { createHealthHandlers } from './health.ts'
import type { Readiness } from './health.ts'
import { listenAt } from './listen-at.ts'

export interface Probes {
  /** Whether the process can serve; default: always. */
  readiness?: () => Promise<Readiness>
  /** Facts that `/healthz` tells besides. */
  facts?: () => Record<string, unknown>
  metrics?: Registry
}

/** Answers `/livez`, `/readyz`, `/healthz` and, with a registry, `/metrics`; false for any other path. */
export type ProbeHandler = (request: IncomingMessage, response: ServerResponse) => boolean

export function createProbeHandler({
  readiness = () => Promise.resolve({ ready: true, checks: {} }),
  facts = () => ({}),
  metrics,
  isDraining = () => false,
}: Probes & { isDraining?: () => boolean }): ProbeHandler {
  const health = createHealthHandlers({ readiness, isDraining, facts })
  const routes: Record<string, (response: ServerResponse) => void | Promise<void>> = {
    '/livez': health.live,
    '/readyz': health.ready,
    '/healthz': health.details,
    ...(metrics && {
      async '/metrics'(response: ServerResponse) {
        const text = await metrics.metrics()
        response.writeHead(200, { 'content-type': metrics.contentType })
        response.end(text)
      },
    }),
  }
  return ({ method, url = '' }, response) => {
    const [path = ''] = url.split('?')
    if ((method !== 'GET' && method !== 'HEAD') || !Object.hasOwn(routes, path)) return false
    Promise.resolve(routes[path]?.(response)).catch(() => response.destroy())
    return true
  }
}

export interface ServedProbes extends AsyncDisposable {
  port: number
}

/** The probes on a port of their own: for processes that serve nothing else, and beside servers that ask for certificates. */
export async function serveProbes({
  host = '127.0.0.1',
  port,
  ...probes
}: Probes & { host?: string; port: number; isDraining?: () => boolean }): Promise<ServedProbes> {
  const handle = createProbeHandler(probes)
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(404).end()
  })
  await listenAt(server, { host, port })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
