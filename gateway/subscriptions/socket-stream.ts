import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import type { OutletStream } from './outlet.ts'
import type { SubscriptionListener } from './subscription-listener.ts'

/** Thrown by a stream that ends with errors; `errors` are formatted for the client. */
export class StreamFailed extends Error {
  readonly errors: readonly GraphQLFormattedError[]
  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'The subscription failed.')
    this.errors = errors
  }
}

/**
 * A subscription as graphql-ws wants it: an async generator. It yields nothing, since the messages go to the outlet
 * directly; it finishes or throws when the subscription does, after the last message, and `return()` leaves it.
 */
export function createSocketStream({
  stream,
  start,
  onEnd,
}: {
  stream: OutletStream
  start: (listener: SubscriptionListener) => () => void
  onEnd: () => void
}): AsyncGenerator<ExecutionResult, void, void> {
  const { promise: end, resolve, reject } = Promise.withResolvers<void>()
  // It may fail before anyone asks for the next result.
  end.catch(() => undefined)
  let ended = false
  const finish = (settle: () => void) => {
    if (ended) return
    ended = true
    stream.whenFlushed(() => {
      stream.close()
      settle()
    })
    onEnd()
  }
  const leave = start({
    next: message => stream.push(message),
    pace: () => stream.pace(),
    error: errors => finish(() => reject(new StreamFailed(errors))),
    complete: () => finish(resolve),
  })
  const abandon = () => {
    stream.close()
    finish(resolve)
    leave()
    // Also when the stream had ended and waited for its last messages to be written.
    resolve()
    return Promise.resolve({ done: true as const, value: undefined })
  }
  return {
    next: () => end.then(() => ({ done: true as const, value: undefined })),
    return: abandon,
    throw: abandon,
    [Symbol.asyncDispose]: async () => void (await abandon()),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
