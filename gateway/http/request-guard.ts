import type { IncomingMessage } from 'node:http'
import type { Refusal } from './send-json.ts'

export interface RequestGuard {
  /** Null if the request may pass. */
  check(request: IncomingMessage): Refusal | null
  /** The origin to name in CORS headers; null unless it is a configured one. */
  corsOrigin(request: IncomingMessage): string | null
}

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses requests under foreign host names (DNS rebinding) and from pages of other sites (cross-site requests and
 * websockets, which browsers let pass). Programs that send no Origin are no pages.
 * `anyHost` spares the first check where a token is demanded of every request, which a rebound name does not bring along.
 * `allowedHosts` are names, or names with a port; `allowedOrigins` are origins such as `https://example.org`.
 */
export function createRequestGuard({
  allowedHosts = [],
  allowedOrigins = [],
  anyHost = false,
}: {
  allowedHosts?: readonly string[]
  allowedOrigins?: readonly string[]
  anyHost?: boolean
}): RequestGuard {
  const hosts = new Set([...LOOPBACK_NAMES, ...allowedHosts].map(host => host.toLowerCase()))
  const origins = new Set(allowedOrigins.map(origin => origin.toLowerCase()))
  const isAllowedHost = (host: string) => anyHost || hosts.has(host) || hosts.has(hostName(host))
  return {
    check({ headers, method }) {
      const host = headers.host?.toLowerCase() ?? ''
      if (!isAllowedHost(host)) {
        const wanted = [...hosts].join(', ')
        return {
          code: 'FORBIDDEN_HOST',
          message: `The Host header was ${quote(host)}; one of ${wanted} was wanted.`,
        }
      }
      const origin = headers.origin?.toLowerCase()
      if (origin !== undefined) {
        if (origins.has(origin) || isSameHost(origin, host)) return null
        const message = `The Origin header was ${quote(origin)}; ${quote(host)} or a configured origin was wanted.`
        return { code: 'FORBIDDEN_ORIGIN', message }
      }
      if (!isForeignFetch(headers, method)) return null
      return {
        code: 'FORBIDDEN_ORIGIN',
        message: 'A page of another site made the request without naming its origin.',
      }
    },
    corsOrigin({ headers: { origin } }) {
      return origin !== undefined && origins.has(origin.toLowerCase()) ? origin : null
    },
  }
}

/** The name without the port, as in `localhost:4000` and `[::1]:4000`. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '')
}

/** An origin leaves out the default port of its scheme; a Host header may name it. */
function isSameHost(origin: string, host: string): boolean {
  const page = URL.parse(origin)
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host
}

/** Browsers say where a request comes from even where they send no Origin (images, scripts); following a link is fine. */
function isForeignFetch(headers: IncomingMessage['headers'], method: string | undefined): boolean {
  const site = headers['sec-fetch-site']
  if (site !== 'cross-site' && site !== 'same-site') return false
  return !(method === 'GET' && headers['sec-fetch-mode'] === 'navigate')
}

/** For a message: whatever a client sent, short and on one line. */
function quote(value: string): string {
  return JSON.stringify(value.slice(0, 200))
}
