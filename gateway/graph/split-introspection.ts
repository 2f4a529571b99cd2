import { Kind } from 'graphql'
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionNode } from 'graphql'

export interface SplitOperation {
  /** The operation with its `__schema` and `__type` fields only; null if it has none. */
  introspection: DocumentNode | null
  /** The operation without them; null if nothing else remains. */
  data: DocumentNode | null
}

const INTROSPECTION_FIELDS: readonly string[] = ['__schema', '__type']

/**
 * Parts what the schema answers from what subgraphs answer. Both documents keep the variables and all fragments;
 * fragments spread at the root become inline fragments, so that each part can keep its own fields of them.
 */
export function splitIntrospection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): SplitOperation {
  if (operation.operation !== 'query') return { introspection: null, data: document }
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const part = (wanted: (field: string) => boolean): DocumentNode | null => {
    const selections = keepFields(operation.selectionSet.selections, fragments, wanted)
    if (selections.length === 0) return null
    const selectionSet = { ...operation.selectionSet, selections }
    return { ...document, definitions: [{ ...operation, selectionSet }, ...fragments.values()] }
  }
  const introspection = part(field => INTROSPECTION_FIELDS.includes(field))
  if (!introspection) return { introspection, data: document }
  return { introspection, data: part(field => !INTROSPECTION_FIELDS.includes(field)) }
}

function keepFields(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  wanted: (field: string) => boolean,
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return wanted(selection.name.value) ? [selection] : []
    const spread = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    if (!spread) return []
    const kept = keepFields(spread.selectionSet.selections, fragments, wanted)
    if (kept.length === 0) return []
    const inline: SelectionNode = {
      kind: Kind.INLINE_FRAGMENT,
      ...(spread.typeCondition && { typeCondition: spread.typeCondition }),
      directives: selection.directives ?? [],
      selectionSet: { kind: Kind.SELECTION_SET, selections: kept },
    }
    return [inline]
  })
}
