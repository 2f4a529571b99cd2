import { childrenOf, LEAF } from './node-pool.ts'
import type { Tree } from './tree.ts'

export interface TreeSummary {
  nodes: number
  branches: number
  leaves: number
  activeLeaves: number
  inactiveLeaves: number
  /** Nodes on the longest path; 0 for an empty tree. */
  height: number
  totalWeight: number
}

/** The size and shape of a tree, without subtrees that may take a node's place. */
export function treeSummary(tree: Tree): TreeSummary {
  const { count } = tree.nodes
  const branches = count > 0 ? branchesBelow(tree, 0) : 0
  const leaves = count > 0 ? leavesBelow(tree, 0) : 0
  return {
    nodes: branches + leaves,
    branches,
    leaves,
    activeLeaves: tree.activeLeaves,
    inactiveLeaves: tree.inactiveLeaves,
    height: count > 0 ? heightOf(tree, 0) : 0,
    totalWeight: tree.totalWeight,
  }
}

function branchesBelow(tree: Tree, node: number): number {
  let branches = tree.nodes.kind[node] === LEAF ? 0 : 1
  for (const child of childrenOf(tree.nodes, node)) branches += branchesBelow(tree, child)
  return branches
}

function leavesBelow(tree: Tree, node: number): number {
  let leaves = tree.nodes.kind[node] === LEAF ? 1 : 0
  for (const child of childrenOf(tree.nodes, node)) leaves += leavesBelow(tree, child)
  return leaves
}

function heightOf(tree: Tree, node: number): number {
  let highest = 0
  for (const child of childrenOf(tree.nodes, node)) highest = Math.max(highest, heightOf(tree, child))
  return 1 + highest
}
