import { GraphQLError, execute, getOperationAST, parse, validate } from 'graphql'
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Subgraph, SubgraphRequest } from './build-subgraph.ts'
import { toCodedError } from './coded-error.ts'
import { createLru } from './lru.ts'
import { SubscriptionRefused, subscribeWithExtensions } from './subscribe-with-extensions.ts'

export interface OperationRequest {
  query: string
  variables?: Readonly<Record<string, unknown>> | undefined
  operationName?: string | undefined
}

export interface OperationRunner {
  execute(operation: OperationRequest, request: SubgraphRequest): Promise<ExecutionResult>
  /** Throws `SubscriptionRefused` with coded errors when there is nothing to subscribe to. */
  subscribe(operation: OperationRequest, request: SubgraphRequest): AsyncIterableIterator<ExecutionResult>
  /** `query`, `mutation` or `subscription`; errors when the document does not fit the schema. */
  inspect(operation: OperationRequest): { kind: string } | { errors: readonly GraphQLError[] }
}

/** A document that fits the schema, or why it does not. */
type Prepared = { document: DocumentNode } | { errors: readonly GraphQLError[] }

/**
 * Runs operations on one subgraph's schema. A gateway sends few distinct documents, again and again:
 * each is parsed and validated once, and the last `maxDocuments` are remembered.
 */
export function createOperationRunner({
  schema,
  createContext,
  maxDocuments = 1000,
}: {
  schema: GraphQLSchema
  createContext?: Subgraph['createContext'] | undefined
  maxDocuments?: number
}): OperationRunner {
  const documents = createLru<Prepared>({ max: maxDocuments })
  const prepare = (query: string): Prepared => {
    const known = documents.get(query)
    if (known) return known
    const prepared = parseAndValidate(schema, query)
    documents.set(query, prepared)
    return prepared
  }
  return {
    async execute({ query, variables, operationName }, request) {
      const prepared = prepare(query)
      if ('errors' in prepared) return { errors: prepared.errors }
      const result = await execute({
        schema,
        document: prepared.document,
        variableValues: variables ?? {},
        operationName: operationName ?? null,
        contextValue: await createContext?.(request),
      })
      return result.errors ? { ...result, errors: result.errors.map(toCodedError) } : result
    },
    subscribe({ query, variables, operationName }, request) {
      const prepared = prepare(query)
      if ('errors' in prepared) return refuse(new SubscriptionRefused(prepared.errors))
      return subscribeWithExtensions({
        schema,
        document: prepared.document,
        operationName,
        variables,
        contextFor: signal => createContext?.({ ...request, signal }),
        signal: request.signal,
      })
    },
    inspect({ query, operationName }) {
      const prepared = prepare(query)
      if ('errors' in prepared) return prepared
      const operation = getOperationAST(prepared.document, operationName)
      if (operation) return { kind: operation.operation }
      const wanted = operationName ? `the operation "${operationName}"` : 'exactly one operation, or its name'
      return {
        errors: [
          coded(
            `The document has several operations or none; wanted ${wanted}.`,
            'OPERATION_RESOLUTION_FAILURE',
          ),
        ],
      }
    },
  }
}

function parseAndValidate(schema: GraphQLSchema, query: string): Prepared {
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { errors: [coded(message, 'GRAPHQL_PARSE_FAILED')] }
  }
  const errors = validate(schema, document)
  if (errors.length === 0) return { document }
  return { errors: errors.map(error => coded(error.message, 'GRAPHQL_VALIDATION_FAILED', error)) }
}

function coded(message: string, code: string, original?: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: original?.nodes ?? null, extensions: { code } })
}

function refuse(error: Error): AsyncIterableIterator<ExecutionResult> {
  return {
    next: () => Promise.reject(error),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
