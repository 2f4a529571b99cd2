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
 * Parts what the schema answers from what subgraphs answer. Both documents keep the variables, and the fragments
 * that they use; those spread at the root become inline fragments, so that each part can keep its own fields of them.
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
    const used = reachable(selections, fragments)
    return { ...document, definitions: [{ ...operation, selectionSet }, ...used] }
  }
  const introspection = part(field => INTROSPECTION_FIELDS.includes(field))
  if (!introspection) return { introspection, data: document }
  return { introspection, data: part(field => !INTROSPECTION_FIELDS.includes(field)) }
}

/** The fragments that the selections spread, and those that these spread in turn. */
function reachable(
  selections: readonly SelectionNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<FragmentDefinitionNode> {
  const found = new Set<FragmentDefinitionNode>()
  const walk = (nodes: readonly SelectionNode[]) => {
    for (const node of nodes) {
      if (node.kind !== Kind.FRAGMENT_SPREAD) {
        walk(node.selectionSet?.selections ?? [])
        continue
      }
      const fragment = fragments.get(node.name.value)
      if (!fragment || found.has(fragment)) continue
      found.add(fragment)
      walk(fragment.selectionSet.selections)
    }
  }
  walk(selections)
  return found
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
