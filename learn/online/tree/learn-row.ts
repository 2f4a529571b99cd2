import { attemptSplit } from './attempt-split.ts'
import { bayesVotes, leadingClass } from './bayes-votes.ts'
import {
  addClassWeight,
  addLeaf,
  BAYES_RIGHT,
  LAST_ATTEMPT,
  leafWeight,
  MAJORITY_RIGHT,
  SCALARS,
  widenLeafPool,
} from './leaf-pool.ts'
import { limitSize, setInactive } from './limit-size.ts'
import { addNode, LEAF } from './node-pool.ts'
import { observeRow } from './observe-row.ts'
import { learningNodeOf } from './route.ts'
import { addCategory } from './split-leaf.ts'
import type { Tree } from './tree.ts'

/** Learns a row (NaN for missing) of class `label` with a positive weight. */
export function learnRow(tree: Tree, row: Float64Array, label: number, weight: number): void {
  const { settings } = tree
  expectRow(tree, label, weight)
  let node = learningNodeOf(tree, row, weight)
  if (tree.nodes.kind[node] !== LEAF) {
    node = addCategory(tree, node, row[tree.nodes.column[node]])
    tree.nodes.passed[node] += weight
    limitSize(tree)
  }
  learnAtLeaf(tree, tree.nodes.left[node], row, label, weight)
  // River never splits a leaf that a row reached by a detour.
  if (settings.repaired || !tree.detour) considerSplit(tree, node)
  if (tree.totalWeight % settings.memoryPeriod === 0) limitSize(tree)
}

/** What comes before any row: room for its class, its weight, and a root. */
export function expectRow(tree: Tree, label: number, weight: number): void {
  if (label >= tree.leaves.classes) widenTree(tree, label + 1)
  tree.known[label] = 1
  tree.totalWeight += weight
  if (tree.nodes.count === 0) {
    addNode(tree.nodes, addLeaf(tree.leaves), 0, 0)
    tree.activeLeaves = 1
  }
}

function considerSplit(tree: Tree, node: number): void {
  const { leaves, settings } = tree
  const leaf = tree.nodes.left[node]
  if (!tree.growing || leaves.block[leaf] < 0) return
  if (tree.nodes.depth[node] >= settings.maxDepth) return setInactive(tree, leaf)
  const at = leaf * SCALARS + LAST_ATTEMPT
  const weight = leafWeight(leaves, leaf)
  if (weight - leaves.scalars[at] < settings.gracePeriod) return
  // Before the attempt, which may give the leaf's number to a child.
  leaves.scalars[at] = weight
  attemptSplit(tree, node)
}

/** Learns a row at one leaf, without a thought of splitting it. */
export function learnAtLeaf(
  tree: Tree,
  leaf: number,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  const { leaves, settings, votes } = tree
  const active = leaves.block[leaf] >= 0
  if (active && settings.leaf === 'nba') {
    const at = leaf * SCALARS
    const from = leaf * leaves.classes
    if (leaves.seen[leaf] === 0 || leadingClass(leaves, leaf, leaves.weights, from) === label) {
      leaves.scalars[at + MAJORITY_RIGHT] += weight
    }
    if (
      bayesVotes(leaves, leaf, row, votes, settings.repaired) &&
      leadingClass(leaves, leaf, votes, 0) === label
    ) {
      leaves.scalars[at + BAYES_RIGHT] += weight
    }
  }
  addClassWeight(leaves, leaf, label, weight)
  if (active) observeRow(tree, leaf, row, label, weight)
}

function widenTree(tree: Tree, needed: number): void {
  const classes = Math.max(needed, 2 * tree.leaves.classes)
  widenLeafPool(tree.leaves, classes)
  const known = new Uint8Array(classes)
  known.set(tree.known)
  tree.known = known
  tree.votes = new Float64Array(classes)
}
