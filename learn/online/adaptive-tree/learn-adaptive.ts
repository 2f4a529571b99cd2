import { attemptSplit } from '../tree/attempt-split.ts'
import { leadingClass } from '../tree/bayes-votes.ts'
import { LAST_ATTEMPT, leafWeight, SCALARS } from '../tree/leaf-pool.ts'
import { expectRow, learnAtLeaf } from '../tree/learn-row.ts'
import { limitSize, setInactive } from '../tree/limit-size.ts'
import { LEAF } from '../tree/node-pool.ts'
import { predictAtLeaf } from '../tree/predict-row.ts'
import { childOf, leafNodeOf } from '../tree/route.ts'
import { addCategory } from '../tree/split-leaf.ts'
import {
  type AdaptiveTree,
  openAlternate,
  pruneAlternate,
  pruneBelow,
  removeDetached,
  replaceByAlternate,
  watchSplit,
} from './adaptive-tree.ts'
import { forgetError, noteError, watchNodes } from './tree-watch.ts'

/** Learns a row (NaN for missing) of class `label` with a positive weight (Bifet and Gavaldà 2009). */
export function learnAdaptive(
  adaptive: AdaptiveTree,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  const { tree } = adaptive
  expectRow(tree, label, weight)
  watchNodes(adaptive.watch, tree.nodes.count)
  learnNode(adaptive, 0, row, label, weight)
  if (adaptive.detached.length > 0) removeDetached(adaptive)
  if (tree.totalWeight % tree.settings.memoryPeriod === 0) limitSize(tree)
}

function learnNode(
  adaptive: AdaptiveTree,
  node: number,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  const { tree, watch } = adaptive
  tree.nodes.passed[node] += weight
  if (tree.nodes.kind[node] === LEAF) return learnLeaf(adaptive, node, row, label, weight)
  const wrong = classAt(adaptive, leafNodeOf(tree, row, node), row) !== label
  if (noteError(watch, node, wrong)) {
    forgetError(watch, node)
    openAlternate(adaptive, node)
    // Without room to grow beside, what no longer fits gives way at once.
    if (tree.settings.repaired && !tree.growing) {
      replace(adaptive, node)
      tree.growing = true
      return learnLeaf(adaptive, node, row, label, weight)
    }
  } else if (watch.alternates[node] >= 0) {
    const better = compareWithAlternate(adaptive, node)
    if (better === 'alternate')
      return learnReplaced(adaptive, node, replace(adaptive, node), row, label, weight)
    if (better === 'node') pruneAlternate(adaptive, node)
  }
  let old = node
  const alternate = watch.alternates[node]
  if (alternate >= 0) {
    learnNode(adaptive, alternate, row, label, weight)
    // In River what an alternate is split into takes the node's place at once, however it compares.
    if (!tree.settings.repaired && tree.nodes.kind[alternate] !== LEAF)
      old = replaceByAlternate(adaptive, node)
  }
  learnChild(adaptive, old, row, label, weight)
}

/** River lets a subtree that has just been replaced learn the row too, and the new root only of the two. */
function learnReplaced(
  adaptive: AdaptiveTree,
  node: number,
  old: number,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  if (adaptive.tree.settings.repaired) return learnNode(adaptive, node, row, label, weight)
  if (node === 0) learnNode(adaptive, node, row, label, weight)
  learnChild(adaptive, old, row, label, weight)
}

function replace(adaptive: AdaptiveTree, node: number): number {
  pruneBelow(adaptive, node)
  adaptive.switched++
  return replaceByAlternate(adaptive, node)
}

function learnChild(
  adaptive: AdaptiveTree,
  node: number,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  const { tree } = adaptive
  let child = childOf(tree, node, row)
  if (child < 0) {
    child = addCategory(tree, node, row[tree.nodes.column[node]])
    watchNodes(adaptive.watch, tree.nodes.count)
  }
  learnNode(adaptive, child, row, label, weight)
}

function learnLeaf(
  adaptive: AdaptiveTree,
  node: number,
  row: Float64Array,
  label: number,
  weight: number,
): void {
  const { tree, watch, settings } = adaptive
  const count = settings.bootstrap ? adaptive.random.poisson() : 1
  noteError(watch, node, classAt(adaptive, node, row) !== label)
  learnAtLeaf(tree, tree.nodes.left[node], row, label, count > 0 ? weight * count : weight)
  considerSplit(adaptive, node)
}

function considerSplit(adaptive: AdaptiveTree, node: number): void {
  const { leaves, nodes, settings, growing } = adaptive.tree
  const leaf = nodes.left[node]
  const active = leaves.block[leaf] >= 0
  const at = leaf * SCALARS + LAST_ATTEMPT
  const weight = leafWeight(leaves, leaf)
  if (weight - leaves.scalars[at] < settings.gracePeriod) return
  if (nodes.depth[node] >= settings.maxDepth) {
    if (active) setInactive(adaptive.tree, leaf)
    return
  }
  if (!active || (settings.repaired && !growing)) return
  // Before the attempt, which may give the leaf's number to a child.
  leaves.scalars[at] = weight
  attemptSplit(adaptive.tree, node)
  if (adaptive.tree.nodes.kind[node] !== LEAF) watchSplit(adaptive, node)
}

/** Which of a node and its alternate errs less, by a bound that holds with the chance that was set. */
function compareWithAlternate(
  { watch, settings }: AdaptiveTree,
  node: number,
): 'node' | 'alternate' | 'neither' {
  const alternate = watch.alternates[node]
  const [ours, theirs] = [watch.counts[node], watch.counts[alternate]]
  if (!(theirs > settings.driftWindow && ours > settings.driftWindow)) return 'neither'
  const error = watch.errors[node]
  const gain = error - watch.errors[alternate]
  const n = 1 / theirs + 1 / ours
  const bound = Math.sqrt(2 * error * (1 - error) * Math.log(2 / settings.switchSignificance) * n)
  if (bound < gain) return 'alternate'
  return bound < -gain ? 'node' : 'neither'
}

/** The class that the leaf of a node would say, -1 if it knows none. */
function classAt({ tree }: AdaptiveTree, node: number, row: Float64Array): number {
  const leaf = tree.nodes.left[node]
  if (tree.leaves.seen[leaf] === 0) return -1
  predictAtLeaf(tree, leaf, row)
  return leadingClass(tree.leaves, leaf, tree.votes, 0)
}
