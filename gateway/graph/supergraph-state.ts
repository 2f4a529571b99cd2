import { Supergraph } from '@apollo/federation-internals'
import type { Schema } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'

/** All that is derived from one version of the supergraph; replaced as a whole when the supergraph changes. */
export interface SupergraphState {
  /** What clients see, for graphql-js: validation, introspection. */
  apiSchema: GraphQLSchema
  /** The same for Apollo's planner and executor. */
  plannerSchema: Schema
  /** With everything that joins subgraphs, for the executor's rewrites. */
  supergraphSchema: GraphQLSchema
  planner: QueryPlanner
}

/** Reads a supergraph's SDL for planning. `apiSchema` is the one the gateway made of the same SDL. */
export function createSupergraphState({
  sdl,
  apiSchema,
}: {
  sdl: string
  apiSchema: GraphQLSchema
}): SupergraphState {
  // The gateway has validated it already, when it loaded.
  const supergraph = Supergraph.build(sdl, { validateSupergraph: false })
  return {
    apiSchema,
    plannerSchema: supergraph.apiSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
  }
}
