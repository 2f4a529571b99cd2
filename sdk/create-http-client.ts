// Readers of the declarations need the types of `await using`, whatever libraries they compile with.
/// <reference lib="esnext.disposable" preserve="true" />
import { createHttpRunners, type HttpOptions } from './http-runners.ts'
import type { RequestRunners } from './operation-runners.ts'
import { createRequests } from './operations.generated.ts'
import { RequestError } from './request-error.ts'

/** Queries and mutations as methods, and `query` and `mutate` for documents of one's own. */
export type HttpClient = ReturnType<typeof createRequests> & RequestRunners & AsyncDisposable

/**
 * A client without subscriptions, for where no websocket is wanted. Disposing of it ends its requests with CLIENT_CLOSED.
 *
 * `await using api = createClient({ url }); const { useCases } = await api.useCases()`
 */
export function createHttpClient(options: HttpOptions): HttpClient {
  const closing = new AbortController()
  const runners = createHttpRunners({ ...options, closed: closing.signal })
  return {
    ...createRequests(runners),
    ...runners,
    async [Symbol.asyncDispose]() {
      closing.abort(
        new RequestError({ code: 'CLIENT_CLOSED', message: 'The client was closed; a new one is needed.' }),
      )
    },
  }
}
