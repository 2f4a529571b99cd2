import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import type { GatewayContext } from '../subgraphs/subgraph-connection.ts'
import type { PreparedOperation } from './prepare-operation.ts'
import type { SubscriptionHub } from './subscription-hub.ts'
import type { SubscriptionListener } from './subscription-listener.ts'
import type { SubscriptionPlanner } from './subscription-plan.ts'

export interface SubscriptionStart {
  operation: PreparedOperation
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
}

export interface SubscriptionService {
  /** Plans and subscribes; a plan that cannot be made is told as the listener's error. Returns how to leave. */
  start(start: SubscriptionStart, listener: SubscriptionListener): () => void
}

/** What both transports use to serve a checked subscription. */
export function createSubscriptionService({
  planner,
  hub,
  formatError,
}: {
  planner: SubscriptionPlanner
  hub: SubscriptionHub
  formatError: FormatError
}): SubscriptionService {
  return {
    start({ operation, variables, context }, listener) {
      try {
        return hub.subscribe({ plan: planner.plan(operation), variables, context }, listener)
      } catch (error) {
        listener.error(formatAll(formatError, [error]))
        return () => undefined
      }
    },
  }
}
