import { ApolloGateway } from '@apollo/gateway'
import type { GraphQLDataSource } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { gatewayError } from '../error-codes.ts'
import { quietLogger } from '../logger.ts'
import type { GatewayLogger } from '../logger.ts'
import { namedDataSource } from '../subgraphs/named-data-source.ts'
import type { SubgraphConnection } from '../subgraphs/subgraph-connection.ts'
import { createCountedCache } from './counted-cache.ts'
import { introspectingExecutor } from './introspecting-executor.ts'
import { createSupergraphState } from './supergraph-state.ts'
import type { SupergraphState } from './supergraph-state.ts'

/** What Apollo Server asks of a gateway. */
export type GatewayForServer = Pick<ApolloGateway, 'onSchemaLoadOrUpdate' | 'stop'> & {
  load: (...options: Parameters<ApolloGateway['load']>) => Promise<{ executor: ApolloGateway['executor'] }>
}

export interface Graph {
  /** Hand this to Apollo Server; it loads and stops it. */
  gateway: GatewayForServer
  /** The state of the supergraph loaded last. Throws before `gateway.load()`. */
  state(): SupergraphState
  /** Calls back when another supergraph has replaced the state. */
  onChange(listener: (state: SupergraphState) => void): void
  schema(): GraphQLSchema
  dataSources: Readonly<Record<string, GraphQLDataSource>>
  connections: Readonly<Record<string, SubgraphConnection>>
  planCount(): number
}

/** Opt-out telemetry is in the gateway since 2.14; nothing leaves this process unasked. Read in its constructor. */
process.env.APOLLO_TELEMETRY_DISABLED = 'true'

/**
 * Joins a supergraph with connections to its subgraphs. Queries and mutations run through `gateway`;
 * `state` and `dataSources` serve those who execute plans themselves.
 * Throws SUPERGRAPH_INVALID when the supergraph names a subgraph that has no connection.
 */
export function createGraph({
  supergraphSdl,
  subgraphs,
  logger,
  maxPlans = 1000,
}: {
  supergraphSdl: string
  subgraphs: Readonly<Record<string, SubgraphConnection>>
  logger: GatewayLogger
  maxPlans?: number
}): Graph {
  const dataSources = Object.fromEntries(
    Object.entries(subgraphs).map(([name, connection]) => [name, namedDataSource(name, connection)]),
  )
  const plans = createCountedCache<QueryPlan>({ max: maxPlans })
  const listeners = new Set<(state: SupergraphState) => void>()
  let source: { sdl: string; apiSchema: GraphQLSchema } | undefined
  let state: SupergraphState | undefined

  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quietLogger(logger),
    queryPlannerConfig: { cache: plans },
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const dataSource = dataSources[name]
      if (dataSource) return dataSource
      const given = Object.keys(subgraphs).join(', ') || 'none'
      throw gatewayError(
        'SUPERGRAPH_INVALID',
        `The supergraph has a subgraph "${name}"; connections were given for: ${given}.`,
      )
    },
  })
  // Before load(): the event is not repeated for those who come later.
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    source = { sdl: coreSupergraphSdl, apiSchema }
    state = undefined
    if (listeners.size === 0) return
    for (const listener of listeners) listener(current())
  })
  const loaded = () => {
    if (source) return source
    throw gatewayError('INTERNAL_SERVER_ERROR', 'The supergraph was used before it was loaded.')
  }
  const current = () => (state ??= createSupergraphState(loaded()))
  const schema = () => loaded().apiSchema

  return {
    gateway: {
      onSchemaLoadOrUpdate: callback => gateway.onSchemaLoadOrUpdate(callback),
      async load(options) {
        const { executor } = await gateway.load(options)
        return { executor: introspectingExecutor({ schema, next: executor }) }
      },
      stop: () => gateway.stop(),
    },
    state: current,
    onChange: listener => void listeners.add(listener),
    schema,
    dataSources,
    connections: subgraphs,
    planCount: () => plans.size,
  }
}
