import { Kind, getArgumentValues, getVariableValues } from 'graphql'
import type { FieldNode, SelectionSetNode } from 'graphql'
import type { ShareRule, SubscriptionRequest } from './subscription-hub.ts'

/** Streams begun at a position of the client's choosing are its own; all others may be shared. */
export const shareUnlessResumed: ShareRule = ({ args }) =>
  args.resumeFrom === undefined || args.resumeFrom === null

/** Applies a rule to a request: finds the one root field of the subscription and its arguments. */
export function mayShare(rule: ShareRule, { plan, variables }: SubscriptionRequest): boolean {
  const { operation, operationContext, state } = plan
  const fragments = operationContext.fragments
  const find = ({ selections }: SelectionSetNode): FieldNode | undefined => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) return selection
      const nested = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection
      const found = nested && find(nested.selectionSet)
      if (found) return found
    }
    return undefined
  }
  const node = find(operation.operation.selectionSet)
  const field = node && state.apiSchema.getSubscriptionType()?.getFields()[node.name.value]
  if (!field) return false
  const definitions = operation.operation.variableDefinitions ?? []
  const { coerced = {} } = getVariableValues(state.apiSchema, definitions, variables)
  return rule({ field: field.name, args: getArgumentValues(field, node, coerced) })
}
