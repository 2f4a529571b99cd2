import { Kind, getArgumentValues, getVariableValues } from 'graphql'
import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql'
import type { SubscriptionRequest } from './subscription-hub.ts'

export interface RootField {
  field: string
  args: Readonly<Record<string, unknown>>
}

/** The one root field that a subscription has, with its arguments as its resolver would get them. */
export function rootFieldOf({
  plan,
  variables,
}: Pick<SubscriptionRequest, 'plan' | 'variables'>): RootField | undefined {
  const { operation, operationContext, state } = plan
  const node = rootFieldNode(operation.operation.selectionSet, operationContext.fragments)
  const field = node && state.apiSchema.getSubscriptionType()?.getFields()[node.name.value]
  if (!field) return undefined
  const definitions = operation.operation.variableDefinitions ?? []
  const { coerced = {} } = getVariableValues(state.apiSchema, definitions, variables)
  return { field: field.name, args: getArgumentValues(field, node, coerced) }
}

/** Whether the client chose where the stream begins. */
export function beginsAtCursor(request: Pick<SubscriptionRequest, 'plan' | 'variables'>): boolean {
  const given = rootFieldOf(request)?.args['resumeFrom']
  return given !== undefined && given !== null
}

/** The first field of a selection, also inside fragments. */
export function rootFieldNode(
  { selections }: SelectionSetNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode | undefined>> = {},
): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection
    const nested = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection
    const found = nested && rootFieldNode(nested.selectionSet, fragments)
    if (found) return found
  }
  return undefined
}
