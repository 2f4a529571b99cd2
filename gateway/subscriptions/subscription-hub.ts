import type { GatewayMetrics } from '../metrics.ts'
import type { GatewayContext, SubgraphConnection } from '../subgraphs/subgraph-connection.ts'
import type { ExecuteEvent } from './event-executor.ts'
import type { FormatError } from '../format-error.ts'
import { createSharedSubscription } from './shared-subscription.ts'
import type { SharedSubscription } from './shared-subscription.ts'
import type { SubscriptionListener } from './subscription-listener.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

export interface SubscriptionRequest {
  plan: SubscriptionPlan
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
}

/** Whether clients that ask the same may share one stream. */
export type ShareRule = (subscription: { field: string; args: Readonly<Record<string, unknown>> }) => boolean

export interface SubscriptionHub {
  /** Returns the function by which the client leaves. */
  subscribe(request: SubscriptionRequest, listener: SubscriptionListener): () => void
  /** Ends every subscription as complete. */
  close(): void
  readonly upstreams: number
}

/**
 * Runs each distinct subscription once, however many clients have it: same operation, same variables, same standing.
 * The last client to leave ends the stream at the subgraph.
 */
export function createSubscriptionHub({
  connections,
  executeEvent,
  formatError,
  metrics,
  shareable,
  lossless,
  resumeForMs,
}: {
  connections: Readonly<Record<string, SubgraphConnection>>
  executeEvent: ExecuteEvent
  formatError: FormatError
  metrics: Pick<GatewayMetrics, 'upstreams' | 'resumptions'>
  shareable: (request: SubscriptionRequest) => boolean
  lossless: (request: SubscriptionRequest) => boolean
  resumeForMs?: number | undefined
}): SubscriptionHub {
  const shared = new Map<string, SharedSubscription>()
  const all = new Set<SharedSubscription>()
  const start = (request: SubscriptionRequest, key: string | undefined): SharedSubscription => {
    const subscription = createSharedSubscription({
      ...request,
      connection: connections[request.plan.subgraph],
      executeEvent,
      formatError,
      isPaced: lossless(request),
      resumeForMs,
      onResumption: outcome => metrics.resumptions.inc({ subgraph: request.plan.subgraph, outcome }),
      onEnd() {
        all.delete(subscription)
        if (key !== undefined && shared.get(key) === subscription) shared.delete(key)
        metrics.upstreams.set({}, all.size)
      },
    })
    all.add(subscription)
    if (key !== undefined) shared.set(key, subscription)
    metrics.upstreams.set({}, all.size)
    return subscription
  }
  return {
    subscribe(request, listener) {
      const key = shareable(request) ? subscriptionKey(request) : undefined
      const subscription = (key !== undefined && shared.get(key)) || start(request, key)
      return subscription.join(listener)
    },
    close() {
      for (const subscription of all) subscription.close()
    },
    get upstreams() {
      return all.size
    },
  }
}

function subscriptionKey({ plan, variables, context }: SubscriptionRequest): string {
  const declared = (plan.operation.operation.variableDefinitions ?? []).map(
    ({ variable }) => variable.name.value,
  )
  const used = declared
    .filter(name => variables[name] !== undefined)
    .map(name => [name, sorted(variables[name])])
  return `${context.fingerprint}\n${JSON.stringify(used)}\n${plan.operation.text}`
}

/** Objects with their members in one order, so that equal values have equal JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]))
}
