import { executeQueryPlan } from '@apollo/gateway'
import type { GraphQLDataSource } from '@apollo/gateway'
import type { GraphQLFormattedError } from 'graphql'
import { formatAll } from '../format-error.ts'
import type { FormatError } from '../format-error.ts'
import { quietLogger } from '../logger.ts'
import type { GatewayLogger } from '../logger.ts'
import type { GatewayContext, SubgraphMessage } from '../subgraphs/subgraph-connection.ts'
import { EVENT_SERVICE } from './subscription-plan.ts'
import type { SubscriptionPlan } from './subscription-plan.ts'

type RequestContext = Parameters<typeof executeQueryPlan>[2]

/** What one event is for a client; `data` is missing only where an error took the place of all events. */
export interface EventResult {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLFormattedError[]
  extensions?: Readonly<Record<string, unknown>>
}

export type ExecuteEvent = (execution: {
  plan: SubscriptionPlan
  event: SubgraphMessage
  variables: Readonly<Record<string, unknown>>
  context: GatewayContext
}) => Promise<EventResult>

/**
 * Makes the function that turns an event of a subgraph into a response: aliases, joins with other subgraphs,
 * null propagation and shaping are the executor's ordinary work on `plan.eventPlan`. It never rejects.
 */
export function createEventExecutor({
  dataSources,
  formatError,
  logger,
}: {
  dataSources: Readonly<Record<string, GraphQLDataSource>>
  formatError: FormatError
  logger: GatewayLogger
}): ExecuteEvent {
  const quiet = quietLogger(logger)
  return async ({ plan, event, variables, context }) => {
    const services = { ...dataSources, [EVENT_SERVICE]: eventSource(event) }
    const { state, operation } = plan
    // The executor reads these members of a request and no others.
    const requestContext = {
      request: { query: operation.query, variables },
      context,
      logger: quiet,
      metrics: {},
    } as unknown as RequestContext
    try {
      const { data, errors, extensions } = await executeQueryPlan(
        plan.eventPlan,
        services,
        requestContext,
        plan.operationContext,
        state.supergraphSchema,
        state.plannerSchema,
      )
      return {
        data: data ?? null,
        ...(errors?.length && { errors: formatAll(named(formatError, plan.subgraph), errors) }),
        ...((extensions || event.extensions) && { extensions: { ...extensions, ...event.extensions } }),
      }
    } catch (error) {
      return { data: null, errors: formatAll(formatError, [error]) }
    }
  }
}

function eventSource({ data, errors }: SubgraphMessage): GraphQLDataSource {
  return { process: () => Promise.resolve({ data: data ?? null, ...(errors && { errors }) }) }
}

/** Errors inside an event are its subgraph's, not those of the service that stands for it. */
function named(formatError: FormatError, subgraph: string): FormatError {
  return (formatted, original) => {
    const serviceName = formatted.extensions?.serviceName
    if (serviceName !== EVENT_SERVICE) return formatError(formatted, original)
    return formatError(
      { ...formatted, extensions: { ...formatted.extensions, serviceName: subgraph } },
      original,
    )
  }
}
