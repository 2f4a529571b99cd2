import { createLru } from '#subgraphs/serve/lru.ts'
import {
  GraphQLError,
  Kind,
  getOperationAST,
  getVariableValues,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { type ErrorCode, gatewayError } from '../error-codes.ts'
import { noOperation } from '../graph/no-operation.ts'
import { operationLimits } from '../graph/operation-limits.ts'

/** An operation that fits the schema. */
export interface PreparedOperation {
  query: string
  document: DocumentNode
  operation: OperationDefinitionNode
  operationName: string | undefined
  /** The operation and its fragments in one spelling: equal for texts that differ in layout only. */
  text: string
}

export interface OperationInput {
  query: string
  operationName?: string | null | undefined
  variables?: Readonly<Record<string, unknown>> | null | undefined
}

export interface OperationPreparer {
  /** Returns the operation, or coded errors: syntax, schema, choice of operation, variables; in that order. */
  prepare(input: OperationInput): PreparedOperation | readonly GraphQLError[]
  clear(): void
  readonly size: number
}

const RULES = [...specifiedRules, operationLimits()]

/** Checks operations that do not come through Apollo Server. The last `max` texts are parsed and validated once. */
export function createOperationPreparer({
  schema,
  max = 1000,
  maxTokens = 15_000,
}: {
  schema: () => GraphQLSchema
  max?: number
  maxTokens?: number
}): OperationPreparer {
  const known = createLru<PreparedOperation | readonly GraphQLError[]>({ max })
  return {
    prepare({ query, operationName, variables }) {
      const key = `${operationName ?? ''}\n${query}`
      let prepared = known.get(key)
      if (!prepared) {
        prepared = check(schema(), query, operationName ?? undefined, maxTokens)
        known.set(key, prepared)
      }
      if (!('operation' in prepared)) return prepared
      const errors = variableErrors(schema(), prepared.operation, variables ?? {})
      return errors ?? prepared
    },
    clear: () => known.clear(),
    get size() {
      return known.size
    },
  }
}

function check(
  schema: GraphQLSchema,
  query: string,
  operationName: string | undefined,
  maxTokens: number,
): PreparedOperation | readonly GraphQLError[] {
  let document: DocumentNode
  try {
    document = parse(query, { maxTokens })
  } catch (error) {
    if (error instanceof GraphQLError) return [recode(error, 'GRAPHQL_PARSE_FAILED')]
    // The parser is recursive; `formatError` says it in words.
    if (error instanceof RangeError) return [gatewayError('GRAPHQL_PARSE_FAILED', error.message)]
    throw error
  }
  const errors = validate(schema, document, RULES)
  if (errors.length > 0) return errors.map(error => recode(error, 'GRAPHQL_VALIDATION_FAILED'))
  const operation = getOperationAST(document, operationName)
  if (operation) return { query, document, operation, operationName, text: oneSpelling(document, operation) }
  return [noOperation(operationName)]
}

function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] | undefined {
  if (!variableDefinitions?.length) return undefined
  const { errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 20 })
  return errors?.map(error => recode(error, 'BAD_USER_INPUT'))
}

function oneSpelling(document: DocumentNode, operation: OperationDefinitionNode): string {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  const { name: _name, ...unnamed } = operation
  return [unnamed, ...fragments].map(print).join('\n')
}

function recode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { nodes, source, positions, originalError } = error
  return new GraphQLError(error.message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    originalError: originalError ?? error,
    extensions: { ...error.extensions, code },
  })
}
