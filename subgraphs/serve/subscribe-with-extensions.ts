import { createSourceEventStream, execute } from 'graphql'
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql'
import { toCodedError } from './coded-error.ts'

/** A payload of an event source may carry `[EXTENSIONS]: {...}`: it becomes the `extensions` of the message. */
export const EXTENSIONS = Symbol.for('coelho.message.extensions')

/**
 * A payload `{ [POSITION]: cursor }` is no event: it becomes a message without data, whose `extensions.cursor` is where the
 * stream stands. Only for requests with `positions`.
 */
export const POSITION = Symbol.for('coelho.message.position')

export interface SubscribeArguments {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | undefined
  variables?: Readonly<Record<string, unknown>> | undefined
  /** Called for the event source and again for each event, so that a dataloader never outlives its event. */
  contextFor: (signal: AbortSignal) => unknown
  signal?: AbortSignal | undefined
}

/**
 * Runs a subscription as the GraphQL specification says (source stream, then one execution per payload), with `extensions`.
 * Ending the iterator, or aborting the signal, aborts the signal given to `contextFor` and returns the source at once,
 * even while it waits for its next event. The iterator throws `{ errors }` when the source cannot be created.
 */
export function subscribeWithExtensions({
  schema,
  document,
  operationName,
  variables,
  contextFor,
  signal,
}: SubscribeArguments): AsyncIterableIterator<ExecutionResult> {
  const stop = new AbortController()
  // Ends the wait for the next event. Not a race against one promise for the whole life of the stream, which would keep a
  // reaction, and what it holds on to, for every event.
  let interrupt: (() => void) | undefined
  const args = { schema, document, operationName: operationName ?? null, variableValues: variables ?? {} }
  let source: AsyncIterator<unknown> | undefined
  const close = () => {
    if (stop.signal.aborted) return
    signal?.removeEventListener('abort', close)
    stop.abort()
    interrupt?.()
    // An async generator that waits queues `return()` behind its wait: nobody may wait for that.
    source?.return?.()?.then(undefined, () => undefined)
  }
  if (signal?.aborted) close()
  else signal?.addEventListener('abort', close, { once: true })

  const open = async () => {
    const contextValue = await contextFor(stop.signal)
    const stream = await createSourceEventStream({ ...args, contextValue })
    if (!(Symbol.asyncIterator in stream)) throw new SubscriptionRefused(stream.errors ?? [])
    source = stream[Symbol.asyncIterator]()
    if (stop.signal.aborted) source.return?.()?.then(undefined, () => undefined)
    return source
  }
  return {
    async next() {
      try {
        if (stop.signal.aborted) return { done: true, value: undefined }
        const events = source ?? (await open())
        const step = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
          interrupt = () => resolve({ done: true, value: undefined })
          events.next().then(resolve, reject)
        })
        interrupt = undefined
        if (step.done || stop.signal.aborted) {
          close()
          return { done: true, value: undefined }
        }
        const position = positionOf(step.value)
        if (position !== null) return { done: false, value: { extensions: { cursor: position } } }
        const contextValue = await contextFor(stop.signal)
        const result = await execute({ ...args, rootValue: step.value, contextValue })
        return { done: false, value: withExtensions(result, step.value) }
      } catch (error) {
        close()
        throw error
      }
    },
    return() {
      close()
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** The subgraph answered a subscription with errors instead of a stream. */
export class SubscriptionRefused extends Error {
  readonly errors: readonly GraphQLError[]
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'The subscription was refused.')
    this.errors = errors.map(toCodedError)
  }
}

function positionOf(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !(POSITION in payload)) return null
  return typeof payload[POSITION] === 'string' ? payload[POSITION] : null
}

function withExtensions(result: ExecutionResult, payload: unknown): ExecutionResult {
  const coded = result.errors ? { ...result, errors: result.errors.map(toCodedError) } : result
  if (typeof payload !== 'object' || payload === null || !(EXTENSIONS in payload)) return coded
  const extensions = payload[EXTENSIONS]
  if (typeof extensions !== 'object' || extensions === null) return coded
  return { ...coded, extensions: { ...coded.extensions, ...extensions } }
}
