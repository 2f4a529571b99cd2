import { GraphQLError } from 'graphql'
import { Pool } from 'undici'
import type { ErrorCode } from '../error-codes.ts'
import { failureCode, failureReason } from './failure-reason.ts'
import { createRemoteSubscriber } from './remote-subscriber.ts'
import type { GatewayContext, SubgraphConnection } from './subgraph-connection.ts'

type GatewayResponse = Awaited<ReturnType<SubgraphConnection['process']>>

export interface RemoteSubgraphOptions {
  /** Where it answers POST requests. */
  url: string
  /** Where it speaks graphql-transport-ws; default: `url` with ws for http. */
  subscriptionsUrl?: string
  /** Headers for a request, such as a signature over its body. */
  headersFor?: (request: { body: string; context: GatewayContext }) => Record<string, string>
  /** Connections kept alive at a time; default 64. */
  connections?: number
  /** Milliseconds without a byte of an answer; default 30 s. */
  timeoutMs?: number
  /** Milliseconds for a connection to be made; default 5 s. */
  connectTimeoutMs?: number
}

/** Failures of a connection that was kept alive too long: the subgraph has not seen the request, or not answered it. */
const STALE: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']

/**
 * Connects the gateway to a subgraph behind HTTP, through a pool of connections that are kept alive. A query whose
 * connection broke is tried once more; a mutation never. Subscriptions go over one websocket, opened with the first.
 */
export function remoteSubgraph({
  url,
  subscriptionsUrl = url.replace(/^http/, 'ws'),
  headersFor = () => ({}),
  connections = 64,
  timeoutMs = 30_000,
  connectTimeoutMs = 5000,
}: RemoteSubgraphOptions): SubgraphConnection {
  const { origin, pathname, search } = new URL(url)
  const path = `${pathname}${search}`
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // Below the five seconds after which Node's servers close an idle connection.
    keepAliveTimeout: 4000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: connectTimeoutMs },
  })
  const subscriber = createRemoteSubscriber({ url: subscriptionsUrl, connectTimeoutMs })

  const post = async (body: string, context: GatewayContext): Promise<GatewayResponse> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      ...headersFor({ body, context }),
    }
    const response = await pool.request({ method: 'POST', path, headers, body })
    return readResponse(response.statusCode, await response.body.text())
  }
  const send = async (query: string, body: string, context: GatewayContext): Promise<GatewayResponse> => {
    try {
      return await post(body, context)
    } catch (error) {
      if (!STALE.includes(failureCode(error)) || /^\s*mutation\b/.test(query)) throw plainly(error)
    }
    return post(body, context).catch((error: unknown) => {
      throw plainly(error)
    })
  }
  return {
    process({ request, context }) {
      const { query = '', variables, operationName } = request
      return send(query, JSON.stringify({ query, variables, operationName }), context as GatewayContext)
    },
    subscribe: subscription => subscriber.subscribe(subscription),
    async check() {
      const query = '{ __typename }'
      await send(query, JSON.stringify({ query }), { fingerprint: 'gateway' })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([subscriber.close(), pool.destroy()])
    },
  }
}

function readResponse(status: number, text: string): GatewayResponse {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw unreachable(`HTTP ${status} came with a body that is not JSON`)
  }
  if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body))
    return body as GatewayResponse
  throw unreachable(`HTTP ${status} came without data and without errors`)
}

/** What went wrong with the connection, without its insides; the caller names the subgraph. */
function plainly(error: unknown): Error {
  if (error instanceof GraphQLError) return error
  return unreachable(failureReason(error))
}

function unreachable(reason: string): GraphQLError {
  return new GraphQLError(`${reason}.`, { extensions: { code: 'SUBGRAPH_UNREACHABLE' satisfies ErrorCode } })
}
