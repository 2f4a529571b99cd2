import { setTimeout as delay } from 'node:timers/promises'
import { SubscriptionRefused } from '#subgraphs/serve.ts'
import { GraphQLError } from 'graphql'
import { gatewayError } from '../error-codes.ts'
import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import { nameSubgraph } from '../subgraphs/named-data-source.ts'
import type { GatewayContext, SubgraphConnection, SubgraphMessage } from '../subgraphs/subgraph-connection.ts'
import type { EventResult, ExecuteEvent } from './event-executor.ts'
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
/** Waits of 0.25, 0.5, 1, 2, 4, 4, … seconds: ten attempts give a restarting subgraph half a minute. */
const RETRY = { attempts: 10, firstMs: 250, longestMs: 4000 }

/**
 * One stream at a subgraph and the clients that hear it. Events are joined concurrently, so that those close in time
 * share their entity lookups, and delivered in the order in which they came.
 * A stream that is cut is announced to the clients as SUBGRAPH_UNREACHABLE and, if `reconnects`, begun again.
 */
export function createSharedSubscription({
  plan,
  variables,
  context,
  connection,
  executeEvent,
  formatError,
  reconnects,
  onEnd,
}: {
  plan: SubscriptionPlan
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
  connection: SubgraphConnection | undefined
  executeEvent: ExecuteEvent
  formatError: FormatError
  reconnects: boolean
  onEnd: () => void
}): SharedSubscription {
  const listeners = new Set<SubscriptionListener>()
  const stop = new AbortController()
  const { signal } = stop
  let ended = false
  let interrupted = false
  let resumed = false
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
  const deliver = (event: SubgraphMessage) => {
    const mark = resumed
    resumed = false
    inFlight++
    const execution = executeEvent({ plan, event, variables, context })
    delivered = delivered
      .then(async () => {
        const result = await execution
        inFlight--
        wake?.()
        broadcast(mark ? { ...result, extensions: { ...result.extensions, resumed: true } } : result)
      })
      // A value that JSON cannot hold, for one.
      .catch((error: unknown) => fail([error]))
  }
  const stream = async () => {
    if (!connection) throw new Error('no connection was configured')
    // A variable that is there as undefined would count as null and hide its default.
    const given = plan.variableNames.filter(name => variables[name] !== undefined)
    const used = Object.fromEntries(given.map(name => [name, variables[name]]))
    const { query, operationName } = plan
    for await (const event of connection.subscribe({
      query,
      operationName,
      variables: used,
      context,
      signal,
    })) {
      if (signal.aborted) return
      if (interrupted) resumed = true
      interrupted = false
      deliver(event)
      if (inFlight >= MAX_IN_FLIGHT) await new Promise<void>(resolve => (wake = resolve))
    }
  }
  const run = async () => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await stream()
        await delivered
        return end(listener => listener.complete())
      } catch (error) {
        if (signal.aborted) return
        await delivered
        if (error instanceof SubscriptionRefused)
          return fail(error.errors.map(each => ofSubgraph(plan.subgraph, each)))
        const lost = nameSubgraph(plan.subgraph, error)
        if (isInterruption(error)) attempt = 0
        else if (!interrupted) return fail([lost])
        if (!reconnects || attempt >= RETRY.attempts) return fail([lost])
        if (!interrupted) broadcast(interruption(plan, formatError))
        interrupted = true
        await delay(backoff(attempt), undefined, { signal, ref: false }).catch(() => undefined)
      }
    }
  }
  // Not in this tick: whoever starts the stream joins it first.
  queueMicrotask(() => void run())
  return {
    join(listener) {
      listeners.add(listener)
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) end()
      }
    },
    close: () => end(listener => listener.complete()),
  }
}

function interruption({ subgraph }: SubscriptionPlan, formatError: FormatError): EventResult {
  const message = `Subgraph "${subgraph}" dropped the subscription; the gateway tries to resume it.`
  const errors = formatAll(formatError, [
    gatewayError('SUBGRAPH_UNREACHABLE', message, { serviceName: subgraph }),
  ])
  return { data: null, errors, extensions: { interrupted: true } }
}

function ofSubgraph(serviceName: string, error: GraphQLError): GraphQLError {
  const { message, path, extensions } = error
  return new GraphQLError(message, { path, originalError: error, extensions: { ...extensions, serviceName } })
}

function isInterruption(error: unknown): boolean {
  return error instanceof Error && 'interrupted' in error && error.interrupted === true
}

/** Milliseconds, between half and all of the doubled wait: subgraphs are not met by all subscriptions at once. */
function backoff(attempt: number): number {
  const longest = Math.min(RETRY.longestMs, RETRY.firstMs * 2 ** attempt)
  return longest * (0.5 + Math.random() / 2)
}
