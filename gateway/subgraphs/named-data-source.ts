import type { GraphQLDataSource } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import type { GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../error-codes.ts'
import type { SubgraphConnection } from './subgraph-connection.ts'

/** A connection's data source for the executor, whose failures name the subgraph, the path and a code. */
export function namedDataSource(
  name: string,
  connection: Pick<SubgraphConnection, 'process'>,
): GraphQLDataSource {
  return {
    async process(options) {
      try {
        return await connection.process(options)
      } catch (error) {
        return { errors: [nameSubgraph(name, error) as GraphQLFormattedError] }
      }
    },
  }
}

/** Tells which subgraph failed. Errors that carry no code came from the connection itself. */
export function nameSubgraph(name: string, error: unknown): GraphQLError {
  if (error instanceof GraphQLError && typeof error.extensions.code === 'string') {
    return new GraphQLError(`Subgraph "${name}": ${error.message}`, {
      path: error.path ?? [],
      originalError: error,
      extensions: { ...error.extensions, serviceName: name },
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  // The empty path is that of the fetch: the executor puts the place in the response before it.
  return new GraphQLError(`Subgraph "${name}" cannot be reached: ${reason}`, {
    path: [],
    extensions: { code: 'SUBGRAPH_UNREACHABLE' satisfies ErrorCode, serviceName: name },
  })
}
