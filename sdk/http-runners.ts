import { backoff, type BackoffOptions } from './backoff.ts'
import { delay } from './delay.ts'
import { readHeaders, type Headers } from './headers.ts'
import type { RequestOptions, RequestRunners } from './operation-runners.ts'
import { RequestError, responseFailure, type ResponseError } from './request-error.ts'
import { takeTurns } from './take-turns.ts'

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<{ ok: boolean; status: number; text(): Promise<string> }>

export interface HttpOptions {
  /** Of the graph, such as `http://127.0.0.1:4000/graphql`; several for gateways that stand in for each other, the first one first. */
  url: string | readonly string[]
  headers?: Headers | undefined
  /** Milliseconds from a call to its answer, retries included; default 15 000. */
  timeoutMs?: number | undefined
  /** How often a query is repeated when the failure is worth it; default 2. Mutations never are. */
  retries?: number | undefined
  backoff?: BackoffOptions | undefined
  /** Default: the runtime's own. */
  fetch?: Fetch | undefined
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9'

/** Sends queries and mutations as GraphQL over HTTP has it. `closed` ends every request with CLIENT_CLOSED. */
export function createHttpRunners({
  url,
  headers = {},
  timeoutMs: clientTimeoutMs = 15_000,
  retries = 2,
  backoff: waits,
  fetch = globalThis.fetch,
  closed,
}: HttpOptions & { closed: AbortSignal }): RequestRunners {
  const choose = takeTurns([url].flat())

  async function send(
    url: string,
    document: string,
    variables: object,
    signal: AbortSignal,
  ): Promise<unknown> {
    const init = {
      method: 'POST',
      headers: { ...(await readHeaders(headers)), 'content-type': 'application/json', accept: ACCEPT },
      body: JSON.stringify({ query: document, variables }),
      signal,
    }
    const { ok, status, text } = await exchange(url, init)
    const { data, errors } = parseResponse(text)
    if (errors) throw responseFailure(errors, { status, data })
    if (ok && data) return data
    const shown = text.slice(0, 80).replaceAll(/\s+/g, ' ')
    throw new RequestError({
      code: 'BAD_RESPONSE',
      message: `${url} answered ${status} with "${shown}", a GraphQL response wanted.`,
      status,
    })
  }

  async function exchange(url: string, init: Parameters<Fetch>[1]) {
    try {
      const response = await fetch(url, init)
      return { ok: response.ok, status: response.status, text: await response.text() }
    } catch (cause) {
      const message = `${url} could not be reached: ${reasonOf(cause)}.`
      throw new RequestError({ code: 'NETWORK_ERROR', message, cause })
    }
  }

  async function run<Data>(
    document: string,
    variables: object,
    { signal: given, timeoutMs = clientTimeoutMs }: RequestOptions,
    repetitions: number,
  ): Promise<Data> {
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([closed, deadline, ...(given ? [given] : [])])
    for (let attempt = 0; ; attempt++) {
      const { url, pass } = choose()
      try {
        signal.throwIfAborted()
        if (attempt > 0) await delay(backoff(attempt - 1, waits), signal)
        return (await send(url, document, variables, signal)) as Data
      } catch (cause) {
        given?.throwIfAborted()
        if (deadline.aborted || (cause instanceof RequestError && cause.retryable)) pass()
        if (closed.aborted) throw closed.reason
        if (deadline.aborted) {
          const message = `${url} gave no answer within ${timeoutMs} ms.`
          throw new RequestError({ code: 'TIMEOUT', message, cause })
        }
        if (attempt >= repetitions || !(cause instanceof RequestError && cause.retryable)) throw cause
      }
    }
  }

  return {
    query: (document, variables = {}, options = {}) => run(document, variables, options, retries),
    mutate: (document, variables = {}, options = {}) => run(document, variables, options, 0),
  }
}

function parseResponse(text: string): { data?: unknown; errors?: readonly ResponseError[] } {
  try {
    const { data, errors } = JSON.parse(text) as Record<string, unknown>
    return { data, ...(Array.isArray(errors) && errors.length > 0 && { errors: errors as ResponseError[] }) }
  } catch {
    return {}
  }
}

/** `fetch` says "fetch failed" and keeps the reason as the cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  const { message, code } = (cause ?? {}) as { message?: string; code?: string }
  return (message || code || String(cause)).replace(/\.$/, '')
}
