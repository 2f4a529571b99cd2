import { FAN, LEAF } from './node-pool.ts'
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

/** The size and shape of a tree. */
export function treeSummary(tree: Tree): TreeSummary {
  const { kind, count } = tree.nodes
  let branches = 0
  for (let node = 0; node < count; node++) if (kind[node] !== LEAF) branches++
  return {
    nodes: count,
    branches,
    leaves: count - branches,
    activeLeaves: tree.activeLeaves,
    inactiveLeaves: tree.inactiveLeaves,
    height: count > 0 ? heightOf(tree, 0) : 0,
    totalWeight: tree.totalWeight,
  }
}

function heightOf(tree: Tree, node: number): number {
  const { kind, left, right, fans } = tree.nodes
  if (kind[node] === LEAF) return 1
  if (kind[node] !== FAN) return 1 + Math.max(heightOf(tree, left[node]), heightOf(tree, right[node]))
  const { index, children } = fans[left[node]]
  let highest = 0
  for (let i = 0; i < index.count; i++) highest = Math.max(highest, heightOf(tree, children[i]))
  return 1 + highest
}
