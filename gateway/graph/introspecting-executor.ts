import type { ApolloGateway } from '@apollo/gateway'
import { execute } from 'graphql'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { noOperation } from './no-operation.ts'
import { splitIntrospection } from './split-introspection.ts'

export type GatewayExecutor = ApolloGateway['executor']

/**
 * Answers introspection from the API schema by graphql-js and leaves the rest to `next`. Apollo's executor checks
 * introspection against a schema of its own, which lacks `__Type.isOneOf`, and fails where tools ask for it.
 */
export function introspectingExecutor({
  schema,
  next,
}: {
  schema: () => GraphQLSchema
  next: GatewayExecutor
}): GatewayExecutor {
  return async requestContext => {
    const { document, operation, queryHash, request } = requestContext
    // Apollo Server executes what it found no operation in, to let the executor say so.
    if (!operation) return { errors: [noOperation(request.operationName)] }
    const { introspection, data } = splitIntrospection(document, operation)
    if (!introspection) return next(requestContext)
    const answer = await introspect(schema(), introspection, request.variables)
    if (!data || answer.errors) return answer
    // Apollo finds plans by the hash of the text, and the text is not what is planned here.
    const rest = await next({ ...requestContext, document: data, queryHash: `${queryHash}:data` })
    return { ...rest, data: rest.data ? { ...rest.data, ...answer.data } : (rest.data ?? null) }
  }
}

async function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Record<string, unknown> | undefined,
) {
  const { data, errors } = await execute({ schema, document, variableValues: variableValues ?? {} })
  return errors ? { errors } : { data: data ?? {} }
}
