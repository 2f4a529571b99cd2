import { GraphQLError, Kind } from 'graphql'
import type { ASTNode, SelectionSetNode, ValidationRule } from 'graphql'

interface Extent {
  /** Levels of selections, fragments put in their places. */
  depth: number
  /** Fields and fragments, counted wherever they are put. */
  selections: number
}

const NOTHING: Extent = { depth: 0, selections: 0 }

/**
 * Refuses operations that would keep the process busy for long, or overflow its stack, while they are planned: those that
 * are nested deeply, and those that fragments make large. Numbers beyond the range of doubles are refused as well.
 */
export function operationLimits({ maxDepth = 64, maxSelections = 10_000 } = {}): ValidationRule {
  return context => {
    const fragments = new Map<string, Extent>()

    function extentOf(set: SelectionSetNode | undefined, level: number): Extent {
      if (!set) return NOTHING
      // What is deeper needs no measure, and measuring must not overflow the stack itself.
      if (level > maxDepth) return { depth: Infinity, selections: 0 }
      let depth = 0
      let selections = 0
      for (const selection of set.selections) {
        const inner =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? fragment(selection.name.value, level + 1)
            : extentOf(selection.selectionSet, level + 1)
        depth = Math.max(depth, inner.depth + 1)
        selections += inner.selections + 1
      }
      return { depth, selections }
    }

    function fragment(name: string, level: number): Extent {
      const known = fragments.get(name)
      if (known) return known
      // One that contains itself is another rule's to refuse.
      fragments.set(name, NOTHING)
      const extent = extentOf(context.getFragment(name)?.selectionSet, level)
      fragments.set(name, extent)
      return extent
    }

    const refuse = (message: string, nodes: ASTNode) =>
      context.reportError(new GraphQLError(message, { nodes }))
    return {
      OperationDefinition(node) {
        const { depth, selections } = extentOf(node.selectionSet, 1)
        if (depth > maxDepth)
          refuse(`The operation is nested too deeply; at most ${maxDepth} levels wanted.`, node)
        if (selections > maxSelections) {
          refuse(`The operation has ${selections} selections, at most ${maxSelections} wanted.`, node)
        }
      },
      FloatValue(node) {
        if (!Number.isFinite(Number(node.value))) refuse(`${node.value} given, a finite number wanted.`, node)
      },
      IntValue(node) {
        if (!Number.isFinite(Number(node.value))) refuse('An integer that is too large given.', node)
      },
    }
  }
}
