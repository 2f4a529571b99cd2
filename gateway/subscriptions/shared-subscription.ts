import { childOf, readTrace } from '#subgraphs/trace-context.ts'
import { gatewayError } from '../error-codes.ts'
import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import { nameSubgraph } from '../subgraphs/named-data-source.ts'
import type { GatewayContext, SubgraphConnection, SubgraphMessage } from '../subgraphs/subgraph-connection.ts'
import { traceScope } from '../trace-scope.ts'
import type { EventResult, ExecuteEvent } from './event-executor.ts'
import { StreamLost, resumingStream } from './resuming-stream.ts'
import { createSharedMessage } from './shared-message.ts'
import type { SubscriptionListener } from './subscription-listener.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

export interface SharedSubscription {
  /** Returns the function by which the listener leaves; the last one ends the stream. */
  join(listener: SubscriptionListener): () => void
  close(): void
}

/** Most events being joined at a time; beyond, the stream is not read on. */
const MAX_IN_FLIGHT = 256

/**
 * One stream at a subgraph and the clients that hear it. Events are joined concurrently, so that those close in time
 * share their entity lookups, and delivered in the order in which they came. A stream that is cut is begun again where it was;
 * one that can't be ends for its clients with an error, mostly SUBGRAPH_UNREACHABLE.
 */
export function createSharedSubscription({
  plan,
  variables,
  context,
  connection,
  executeEvent,
  formatError,
  isPaced,
  resumeForMs,
  onResumption,
  onEnd,
}: {
  plan: SubscriptionPlan
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
  connection: SubgraphConnection | undefined
  executeEvent: ExecuteEvent
  formatError: FormatError
  /** Whether nothing may be left out: the stream then goes at its client's pace. */
  isPaced: boolean
  /** Milliseconds for which a stream that was cut is tried to begin again. */
  resumeForMs?: number | undefined
  onResumption?: (outcome: 'resumed' | 'given_up') => void
  onEnd: () => void
}): SharedSubscription {
  const listeners = new Set<SubscriptionListener>()
  const paces = new Map<SubscriptionListener, () => Promise<void> | null>()
  const stop = new AbortController()
  const { signal } = stop
  let ended = false
  let inFlight = 0
  let wake: (() => void) | undefined
  let delivered: Promise<void> = Promise.resolve()

  const end = (tell?: (listener: SubscriptionListener) => void) => {
    if (ended) return
    ended = true
    stop.abort()
    const told = [...listeners]
    listeners.clear()
    onEnd()
    if (tell) for (const listener of told) tell(listener)
  }
  const fail = (errors: readonly unknown[]) => {
    const formatted = formatAll(formatError, errors)
    end(listener => listener.error(formatted))
  }
  const broadcast = (result: EventResult) => {
    const message = createSharedMessage(result)
    for (const listener of listeners) listener.next(message)
  }
  const execute = (event: SubgraphMessage): Promise<EventResult> => {
    // What an event causes belongs to its own trace, if it has one.
    const trace = readTrace(event.extensions)
    if (!trace) return executeEvent({ plan, event, variables, context })
    const own = childOf(trace)
    return traceScope.run(own, () =>
      executeEvent({ plan, event, variables, context: { ...context, trace: own } }),
    )
  }
  const deliver = (event: SubgraphMessage) => {
    inFlight++
    const execution = execute(event)
    delivered = delivered
      .then(async () => {
        const result = await execution
        inFlight--
        wake?.()
        broadcast(result)
      })
      // A value that JSON cannot hold, for one.
      .catch((error: unknown) => fail([error]))
  }
  /** Holds the stream up while too much is under way, and where nothing may be left out, while a client has yet to read. */
  const waitForRoom = async () => {
    if (inFlight >= MAX_IN_FLIGHT) await new Promise<void>(resolve => (wake = resolve))
    for (const room of paces.values()) await room()
  }
  const run = async () => {
    try {
      if (!connection) {
        const missing = gatewayError('SUBGRAPH_UNREACHABLE', 'no connection was configured.')
        throw new StreamLost([nameSubgraph(plan.subgraph, missing)])
      }
      const stream = { plan, variables, context, connection, signal, resumeForMs, onResumption }
      for await (const event of resumingStream(stream)) {
        deliver(event)
        await waitForRoom()
      }
      if (signal.aborted) return
      await delivered
      end(listener => listener.complete())
    } catch (error) {
      await delivered
      fail(error instanceof StreamLost ? error.errors : [error])
    }
  }
  // Not in this tick: whoever starts the stream joins it first.
  queueMicrotask(() => void run())
  return {
    join(listener) {
      listeners.add(listener)
      if (isPaced) paces.set(listener, listener.pace())
      return () => {
        paces.delete(listener)
        if (listeners.delete(listener) && listeners.size === 0) end()
      }
    },
    close: () => end(listener => listener.complete()),
  }
}
