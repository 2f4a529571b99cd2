import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import { operationFromDocument } from '@apollo/federation-internals'
import { buildOperationContext } from '@apollo/gateway'
import { createLru } from '#subgraphs/serve/lru.ts'
import { gatewayError } from '../error-codes.ts'
import type { SupergraphState } from '../graph/supergraph-state.ts'
import type { PreparedOperation } from './prepare-operation.ts'
import { planResume } from './resume-plan.ts'
import type { ResumePlan } from './resume-plan.ts'

/** The service that stands for an event in `SubscriptionPlan.eventPlan`. */
export const EVENT_SERVICE = '__event__'

/** How one subscription runs: a stream at one subgraph, then a query plan per event. */
export interface SubscriptionPlan {
  /** The subgraph that owns the stream. */
  subgraph: string
  /** What it is subscribed to with. */
  query: string
  operationName: string | undefined
  /** The client's variables that the stream uses. */
  variableNames: readonly string[]
  /** How to begin it at a cursor; undefined where its field has no argument for one. */
  resume: ResumePlan | undefined
  /** Reads the event from `EVENT_SERVICE`, then whatever other subgraphs add to it. */
  eventPlan: QueryPlan
  operation: PreparedOperation
  operationContext: ReturnType<typeof buildOperationContext>
  state: SupergraphState
}

export interface SubscriptionPlanner {
  plan(operation: PreparedOperation): SubscriptionPlan
  clear(): void
  readonly size: number
}

/**
 * Plans subscriptions, each distinct operation once. Apollo's planner knows them, only its executor refuses them:
 * putting a virtual service in the place of the stream leaves it an ordinary plan per event.
 */
export function createSubscriptionPlanner({
  state,
  max = 500,
}: {
  state: () => SupergraphState
  max?: number
}): SubscriptionPlanner {
  const plans = createLru<SubscriptionPlan>({ max })
  return {
    plan(operation) {
      const known = plans.get(operation.text)
      if (known) return known
      const plan = planSubscription(state(), operation)
      plans.set(operation.text, plan)
      return plan
    },
    clear: () => plans.clear(),
    get size() {
      return plans.size
    },
  }
}

function planSubscription(state: SupergraphState, operation: PreparedOperation): SubscriptionPlan {
  const { document, operationName } = operation
  const planned = operationFromDocument(state.plannerSchema, document, operationName ? { operationName } : {})
  const { node } = state.planner.buildQueryPlan(planned)
  if (node?.kind !== 'Subscription') {
    const got = node?.kind ?? 'nothing to fetch'
    throw gatewayError(
      'GRAPHQL_VALIDATION_FAILED',
      `The operation was planned as ${got}; a subscription to one field was expected.`,
    )
  }
  const { primary, rest } = node
  const event: PlanNode = { ...primary, serviceName: EVENT_SERVICE }
  return {
    subgraph: primary.serviceName,
    query: primary.operation,
    operationName: primary.operationName,
    variableNames: primary.variableUsages ?? [],
    resume: planResume({ query: primary.operation, schema: state.supergraphSchema }),
    eventPlan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: rest ? [event, rest] : [event] } },
    operation,
    operationContext: buildOperationContext({
      schema: state.apiSchema,
      operationDocument: document,
      ...(operationName && { operationName }),
    }),
    state,
  }
}
