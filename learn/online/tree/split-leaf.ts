import { addCode } from './code-index.ts'
import { branchesOf, type Candidate, sortedPositions } from './find-split.ts'
import { addClassWeight, addLeaf, LAST_ATTEMPT, leafWeight, removeLeaf, SCALARS } from './leaf-pool.ts'
import { addFan, addFanChild, addNode, EQUAL, FAN } from './node-pool.ts'
import type { Branches } from './split-merit.ts'
import type { Tree } from './tree.ts'

/** Replaces a leaf by a test and a leaf per branch, which starts from the class weights the test would have given it. */
export function splitLeaf(tree: Tree, node: number, candidate: Candidate): void {
  const { nodes, leaves } = tree
  const old = nodes.left[node]
  const branches = branchesOf(leaves, candidate)
  const { kind, slot, value } = candidate
  const column = leaves.slotColumn[slot]
  const counts = leaves.nominal[slot]
  const children = branches.count
  if (counts && kind === FAN) {
    const fan = addFan(nodes)
    const order = sortedPositions(counts)
    for (let b = 0; b < children; b++) {
      addFanChild(fan, addCode(fan.index, counts.index.codes[order[b]]), addChild(tree, node, branches, b))
    }
    nodes.left[node] = nodes.fans.length - 1
  } else {
    nodes.value[node] = counts && kind === EQUAL ? counts.index.codes[value] : value
    // In two steps: adding a node may replace the arrays.
    const left = addChild(tree, node, branches, 0)
    const right = addChild(tree, node, branches, 1)
    nodes.left[node] = left
    nodes.right[node] = right
  }
  nodes.kind[node] = kind
  nodes.column[node] = column
  removeLeaf(leaves, old)
  tree.activeLeaves += children - 1
}

/** Gives a category that has no child yet at node `fan` one of its own; returns the new leaf's node. */
export function addCategory(tree: Tree, node: number, code: number): number {
  const { nodes, leaves } = tree
  const child = addNode(nodes, addLeaf(leaves), nodes.depth[node] + 1, 0)
  const fan = nodes.fans[nodes.left[node]]
  addFanChild(fan, addCode(fan.index, code), child)
  tree.activeLeaves++
  return child
}

function addChild({ nodes, leaves }: Tree, node: number, branches: Branches, branch: number): number {
  const leaf = addLeaf(leaves)
  for (let i = 0; i < branches.classCount; i++) {
    const label = branches.classes[i]
    const at = branch * branches.width + label
    if (branches.has[at]) addClassWeight(leaves, leaf, label, branches.weights[at])
  }
  const weight = leafWeight(leaves, leaf)
  leaves.scalars[leaf * SCALARS + LAST_ATTEMPT] = weight
  return addNode(nodes, leaf, nodes.depth[node] + 1, weight)
}
