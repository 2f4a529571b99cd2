import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { TraceContext } from '../trace-context.ts'
import type { Downloads } from './download.ts'

/** What a subgraph may know about the request it serves. */
export interface SubgraphRequest {
  /** The gateway's context for this client in process; undefined when the subgraph runs on its own. */
  gateway?: unknown
  /** HTTP headers, or the `connection_init` payload of a websocket, when the subgraph runs on its own. */
  headers?: Readonly<Record<string, unknown>>
  /** Aborts when nobody wants the answer any more; event sources must end on it. */
  signal?: AbortSignal
  /** The trace that the request is part of; what it causes goes under children of it. */
  trace?: TraceContext
  /** A subscriber who can resume wants to know where it is also while there is nothing to send, see `POSITION`. */
  positions?: boolean
}

export interface Subgraph<Context = unknown> {
  name: string
  schema: GraphQLSchema
  /** Called once per request, and once per event of a subscription: dataloaders belong here. */
  createContext: (request: SubgraphRequest) => Context | Promise<Context>
  /** What it serves beside its graph. */
  downloads?: Downloads
}

type SubgraphModule = Parameters<typeof buildSubgraphSchema>[0]
type ResolverMap = Extract<SubgraphModule, { typeDefs: DocumentNode }>['resolvers']

/**
 * Builds a Federation 2 subgraph out of SDL and resolvers.
 * Throws what `buildSubgraphSchema` throws when the two do not fit.
 */
export function buildSubgraph<Context = unknown>({
  name,
  typeDefs,
  resolvers,
  createContext,
  downloads,
}: {
  name: string
  typeDefs: string | DocumentNode
  resolvers: object
  createContext: Subgraph<Context>['createContext']
  downloads?: Downloads
}): Subgraph<Context> {
  const document = typeof typeDefs === 'string' ? parse(typeDefs) : typeDefs
  // Generated resolver types are objects of optional members; Apollo's map wants an index signature.
  const map = resolvers as NonNullable<ResolverMap>
  const schema = buildSubgraphSchema([{ typeDefs: document, resolvers: map }])
  return { name, schema, createContext, ...(downloads && { downloads }) }
}
