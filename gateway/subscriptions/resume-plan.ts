import { Kind, parse, parseType, print, visit } from 'graphql'
import type { FieldNode, GraphQLSchema, OperationDefinitionNode, VariableDefinitionNode } from 'graphql'
import { rootFieldNode } from './root-field.ts'

/** How to go on with a stream at a subgraph: the same subscription with its argument `resumeFrom` given by a variable. */
export interface ResumePlan {
  query: string
  /** Gets the cursor. */
  variable: string
  /** The other variables that are still used. */
  variableNames: readonly string[]
}

const ARGUMENT = 'resumeFrom'
const VARIABLE = 'gatewayResumeFrom'

/**
 * Rewrites what a stream was subscribed to with, so that it can begin at a cursor; undefined where its field has no argument
 * `resumeFrom`. `schema` is one that has the subgraph's arguments.
 */
export function planResume({
  query,
  schema,
}: {
  query: string
  schema: GraphQLSchema
}): ResumePlan | undefined {
  const document = parse(query, { noLocation: true })
  const operation = document.definitions.find(each => each.kind === Kind.OPERATION_DEFINITION)
  const root = operation && rootFieldNode(operation.selectionSet)
  const field = root && schema.getSubscriptionType()?.getFields()[root.name.value]
  const argument = field?.args.find(({ name }) => name === ARGUMENT)
  if (!operation || !root || !argument) return undefined

  const variable = freeName(operation)
  const value = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } } as const
  const resumed: OperationDefinitionNode = visit(operation, {
    Field: (node): FieldNode | undefined =>
      node === root
        ? {
            ...node,
            arguments: [
              ...(node.arguments ?? []).filter(({ name }) => name.value !== ARGUMENT),
              { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: ARGUMENT }, value },
            ],
          }
        : undefined,
  })
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: value,
    type: parseType(String(argument.type), { noLocation: true }),
  }
  // A variable that only the replaced value used would make the operation invalid.
  const used = usedVariables({ ...resumed, variableDefinitions: [] })
  const kept = (operation.variableDefinitions ?? []).filter(each => used.has(each.variable.name.value))
  const definitions = document.definitions.map(each =>
    each === operation ? { ...resumed, variableDefinitions: [...kept, definition] } : each,
  )
  return {
    query: print({ ...document, definitions }),
    variable,
    variableNames: kept.map(each => each.variable.name.value),
  }
}

function freeName({ variableDefinitions = [] }: OperationDefinitionNode): string {
  const taken = new Set(variableDefinitions.map(({ variable }) => variable.name.value))
  let name = VARIABLE
  while (taken.has(name)) name += '_'
  return name
}

function usedVariables(operation: OperationDefinitionNode): Set<string> {
  const used = new Set<string>()
  visit(operation, { Variable: ({ name }) => void used.add(name.value) })
  return used
}
