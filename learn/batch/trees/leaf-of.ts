import { nextNode } from './next-node.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/** The leaf (index of its node) that a row falls into, walking down from `root`; the row begins at `row[offset]`. */
export function leafOf(ensemble: TreeEnsemble, root: number, row: Float64Array, offset: number): number {
  const { feature } = ensemble
  let node = root
  while (feature[node] >= 0) node = nextNode(ensemble, node, row, offset)
  return node
}
