import { INTERNAL_VERSION, VERSION_HEADER } from '#subgraphs/internal-version.ts'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { childOf, traceHeaders } from '#subgraphs/trace-context.ts'
import { Pool } from 'undici'
import { gatewayError } from '../error-codes.ts'
import { connectionError, failureCode } from './failure-reason.ts'
import { isDraining, refusalOf } from './refusal-of.ts'
import { downloadFrom } from './remote-download.ts'
import type { ClientTls, HeadersFor } from './remote-options.ts'
import { StreamInterrupted, createRemoteSubscriber } from './remote-subscriber.ts'
import type { RemoteSubscriber } from './remote-subscriber.ts'
import { createReplicas } from './replicas.ts'
import type { ReplicaPreference } from './replicas.ts'
import type { GatewayContext, SubgraphConnection, SubgraphSubscription } from './subgraph-connection.ts'

type GatewayResponse = Awaited<ReturnType<SubgraphConnection['process']>>

export interface RemoteSubgraphOptions {
  /** Where it answers POST requests; several for replicas that can stand in for each other. */
  url: string | readonly string[]
  /** Which replica to ask; default: each in turn. */
  prefer?: ReplicaPreference
  /** Where it speaks graphql-transport-ws, in the order of `url`; default: `url` with ws for http. */
  subscriptionsUrl?: string | readonly string[]
  /** Headers for a request, such as a signature; the upgrade of a websocket is a GET that has neither body nor context. */
  headersFor?: HeadersFor
  /** For https and wss. */
  tls?: ClientTls | undefined
  /** Connections kept alive at a time and replica; default 64. */
  connections?: number
  /** Milliseconds without a byte of an answer; default 30 s. */
  timeoutMs?: number
  /** Milliseconds for a connection to be made; default 5 s. */
  connectTimeoutMs?: number
  /** Milliseconds between heartbeats of the websocket, and for the answer to one; default 4 s. */
  heartbeatMs?: number
}

interface Replica {
  pool: Pool
  path: string
  subscriber: RemoteSubscriber
  /** Whether a certificate is shown that was never accepted so far. */
  isUnproven: boolean
}

/** Failures of a connection that was kept alive too long: the subgraph has not seen the request, or not answered it. */
const STALE: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']
/** Failures before anything was sent. */
const UNSENT: readonly unknown[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** An instance that is shutting down has refused the operation. */
class Draining extends Error {}

/**
 * Connects the gateway to a subgraph behind HTTP, through pools of connections that are kept alive. What was surely not carried
 * out goes to the next replica; a query whose connection broke is tried once more; a mutation that may have been carried out
 * never is. Subscriptions go over one websocket a replica, opened with the first.
 */
export function remoteSubgraph({
  url,
  prefer = 'next',
  subscriptionsUrl,
  headersFor = () => ({}),
  tls,
  connections = 64,
  timeoutMs = 30_000,
  connectTimeoutMs = 5000,
  heartbeatMs,
}: RemoteSubgraphOptions): SubgraphConnection {
  const urls = [url].flat()
  const socketUrls = [subscriptionsUrl ?? []].flat()
  const replicas = createReplicas<Replica>(
    urls.map((each, i) => {
      const { origin, pathname, search } = new URL(each)
      const pool = new Pool(origin, {
        connections,
        pipelining: 1,
        // Below the five seconds after which Node's servers close an idle connection.
        keepAliveTimeout: 4000,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        connect: { timeout: connectTimeoutMs, ...tls },
      })
      const subscriber = createRemoteSubscriber({
        url: socketUrls[i] ?? each.replace(/^http/, 'ws'),
        headersFor,
        tls,
        connectTimeoutMs,
        ...(heartbeatMs !== undefined && { heartbeatMs }),
      })
      return { pool, path: `${pathname}${search}`, subscriber, isUnproven: tls !== undefined }
    }),
    { prefer },
  )

  const post = async (
    replica: Replica,
    body: string,
    context: GatewayContext,
    signal: AbortSignal | null,
  ): Promise<GatewayResponse> => {
    const { pool, path } = replica
    const method = 'POST'
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      [VERSION_HEADER]: String(INTERNAL_VERSION),
      ...(context.trace && traceHeaders(childOf(context.trace))),
      ...headersFor({ method, path, body, context }),
    }
    const response = await pool.request({ method, path, headers, body, signal })
    replica.isUnproven = false
    const text = await response.body.text()
    return readResponse(response.statusCode, response.headers, text)
  }
  const send = async (query: string, body: string, context: GatewayContext): Promise<GatewayResponse> => {
    const isMutation = /^\s*mutation\b/.test(query)
    // Whoever is gone wants no answer to a query; a mutation is carried out to its end.
    const signal = (!isMutation && context.signal) || null
    const tried = new Set<Replica>()
    for (;;) {
      const replica = replicas.choose(tried) ?? replicas.choose()
      if (!replica) throw gatewayError('SUBGRAPH_UNREACHABLE', 'no address was configured.')
      const isFirst = tried.size === 0
      tried.add(replica)
      try {
        return await post(replica, body, context, signal)
      } catch (error) {
        const code = failureCode(error)
        const isUnsent = error instanceof Draining || UNSENT.includes(code)
        const isBroken = STALE.includes(code)
        if (isUnsent || isBroken) replicas.failed(replica)
        const mayRepeat = isUnsent || (isBroken && !isMutation)
        const isWorthwhile = tried.size < urls.length || (isFirst && (isBroken || error instanceof Draining))
        if (!mayRepeat || !isWorthwhile) throw connectionError(error, replica)
      }
    }
  }
  return {
    process({ request, context }) {
      const { query = '', variables, operationName } = request
      return send(query, JSON.stringify({ query, variables, operationName }), context as GatewayContext)
    },
    subscribe: subscription => subscribeAtNext(subscription),
    async download(path, { signal }) {
      const tried = new Set<Replica>()
      let failure: unknown
      // A file lies where it was made, and nobody says which replica that was.
      for (let replica = replicas.choose(); replica; replica = replicas.choose(tried)) {
        tried.add(replica)
        try {
          const download = await downloadFrom({ pool: replica.pool, path, headersFor, signal })
          if (download) return download
        } catch (error) {
          signal.throwIfAborted()
          const isConnection = failureCode(error) !== undefined
          if (isConnection) replicas.failed(replica)
          failure = isConnection ? connectionError(error, replica) : error
        }
      }
      if (failure) throw failure
      return null
    },
    async check() {
      const query = '{ __typename }'
      await send(query, JSON.stringify({ query }), { fingerprint: 'gateway' })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(replicas.all.flatMap(({ subscriber, pool }) => [subscriber.close(), pool.destroy()]))
    },
  }

  async function* subscribeAtNext(subscription: SubgraphSubscription) {
    const tried = new Set<Replica>()
    for (;;) {
      const replica = replicas.choose(tried)
      if (!replica) throw gatewayError('SUBGRAPH_UNREACHABLE', 'no address was configured.')
      tried.add(replica)
      try {
        return yield* replica.subscriber.subscribe(subscription)
      } catch (error) {
        if (error instanceof SubscriptionRefused) throw error
        // A stream that had run is resumed by its reader, who knows where.
        const hasRun = error instanceof StreamInterrupted
        if (!hasRun || error.isFailure) replicas.failed(replica)
        if (hasRun || tried.size === urls.length) throw error
      }
    }
  }
}

function readResponse(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  text: string,
): GatewayResponse {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw gatewayError('SUBGRAPH_UNREACHABLE', `HTTP ${status} came with a body that is not JSON.`)
  }
  const refusal = refusalOf(status, headers, body)
  if (refusal) throw refusal
  if (isDraining(status, body)) throw new Draining('it is shutting down')
  if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body))
    return body as GatewayResponse
  throw gatewayError('SUBGRAPH_UNREACHABLE', `HTTP ${status} came without data and without errors.`)
}
