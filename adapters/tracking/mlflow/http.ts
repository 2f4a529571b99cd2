import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { PortError } from '#ports/port-error.ts'
import type { Endpoint } from './endpoint.ts'
import {
  type Answer,
  failureKind,
  isPassing,
  notMlflow,
  refusal,
  unavailable,
  unreachable,
} from './failures.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Query = Readonly<Record<string, string | number | undefined>>

export interface SendOptions {
  query?: Query
  body?: Uint8Array | string
  json?: boolean
  /**
   * For a request that must not be carried out twice: finds out whether one without an answer was. Undefined if it was not, and
   * it is sent again. Without it, a request may be repeated as it is.
   */
  found?: () => Promise<Answer | undefined>
  /** Statuses besides success that the caller deals with. */
  accept?: readonly number[]
}

export interface Http extends AsyncDisposable {
  /** Sends until there is an answer, with growing pauses, or throws once that has taken too long. */
  send(method: Method, path: string, options?: SendOptions): Promise<Answer>
  /** Calls the REST API; `T` is what its documentation says. */
  get<T>(path: string, query: Query): Promise<T>
  call<T>(method: Method, path: string, body: unknown, options?: Pick<SendOptions, 'found'>): Promise<T>
}

export interface HttpOptions {
  endpoint: Endpoint
  /** How long an unreachable server is tried again. */
  retryForMs: number
  /** For one answer. */
  timeoutMs: number
  /** Told of the first of several failures in a row. */
  onNotice?: (level: 'warn' | 'info', message: string) => void
}

const API = '/api/2.0/mlflow'
const CONNECTIONS = 8
/** Below the 5 s after which uvicorn closes an idle connection. */
const KEEP_ALIVE_MS = 3000
const CONNECT_TIMEOUT_MS = 5000
const PAUSE_MS = { first: 100, longest: 2000 }

/** Requests to one server over connections that are kept alive. */
export const createHttp = ({ endpoint, retryForMs, timeoutMs, onNotice = () => {} }: HttpOptions): Http => {
  const agent = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  })
  let isOpen = true
  const once = async (
    method: Method,
    path: string,
    { query = {}, body, json }: SendOptions,
  ): Promise<Answer> => {
    const { origin, prefix, authorization } = endpoint
    const {
      statusCode,
      headers,
      body: content,
    } = await request(origin + prefix + path, {
      dispatcher: agent,
      method,
      query: defined(query),
      headers: {
        ...(authorization && { authorization }),
        ...(body !== undefined && { 'content-type': json ? 'application/json' : 'application/octet-stream' }),
      },
      body: body ?? null,
    })
    return { status: statusCode, headers, body: await content.bytes() }
  }

  const send = async (method: Method, path: string, options: SendOptions = {}): Promise<Answer> => {
    const deadline = performance.now() + retryForMs
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
      if (!isOpen) throw new PortError('TRACKING_CLOSED', 'The tracking store has been closed.')
      const result = await once(method, path, options).catch((error: unknown) => ({ error }))
      if (!('error' in result) && !isPassing(result)) {
        if (result.status < 300 || options.accept?.includes(result.status)) return result
        throw refusal(endpoint, result)
      }
      const kind = 'error' in result ? failureKind(result.error) : 'in doubt'
      const failure = 'error' in result ? unreachable(endpoint, result.error) : unavailable(endpoint, result)
      if (!isOpen) throw new PortError('TRACKING_CLOSED', 'The tracking store has been closed.')
      if (kind === 'hopeless' || performance.now() >= deadline) throw failure
      if (pauseMs === PAUSE_MS.first) onNotice('warn', `${failure.message} Trying again.`)
      // Full jitter: many processes that lost the same server don't come back at once.
      await sleep(pauseMs * Math.random())
      const found = kind === 'in doubt' ? await options.found?.() : undefined
      if (found) return found
    }
  }

  return {
    send,
    get: async (path, query) => parse(endpoint, await send('GET', API + path, { query })),
    call: async (method, path, body, options) =>
      parse(endpoint, await send(method, API + path, { ...options, body: JSON.stringify(body), json: true })),
    async [Symbol.asyncDispose]() {
      isOpen = false
      await agent.destroy()
    },
  }
}

const parse = <T>(endpoint: Endpoint, { body }: Answer): T => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    throw notMlflow(endpoint, 'it answers in something other than JSON')
  }
}

const defined = (query: Query): Record<string, string | number> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >
