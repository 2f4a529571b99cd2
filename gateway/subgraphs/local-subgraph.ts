import { createOperationRunner } from '#subgraphs/serve.ts'
import type { Subgraph, SubgraphRequest } from '#subgraphs/serve.ts'
import { childOf } from '#subgraphs/trace-context.ts'
import type { GraphQLSchema } from 'graphql'
import type { GatewayContext, SubgraphConnection, SubgraphMessage } from './subgraph-connection.ts'

type GatewayResponse = Awaited<ReturnType<SubgraphConnection['process']>>

/** Connects the gateway to a subgraph in the same process: no network, no serialisation. */
export function localSubgraph({
  schema,
  context,
  downloads,
}: {
  schema: GraphQLSchema
  /** Called per fetch and per event, see `Subgraph.createContext`. */
  context?: Subgraph['createContext']
  downloads?: Subgraph['downloads']
}): SubgraphConnection {
  const runner = createOperationRunner({ schema, createContext: context })
  return {
    async process({ request, context }) {
      const gateway = context as GatewayContext
      const { query = '', variables, operationName } = request
      const { data, errors } = await runner.execute({ query, variables, operationName }, requestOf(gateway))
      // The executor takes GraphQLError for what it is, and logs keep its cause; the interface knows formatted ones only.
      return { ...(data !== undefined && { data }), ...(errors && { errors }) } as GatewayResponse
    },
    subscribe({ query, variables, operationName, context: gateway, signal }) {
      // graphql-js and this interface disagree only on `unknown` extensions.
      return runner.subscribe(
        { query, variables, operationName },
        { ...requestOf(gateway), signal },
      ) as AsyncIterable<SubgraphMessage>
    },
    ...(downloads && { download: downloads.open }),
    check: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function requestOf(gateway: GatewayContext): SubgraphRequest {
  const { trace, signal } = gateway
  return { gateway, ...(trace && { trace: childOf(trace) }), ...(signal && { signal }) }
}
