import type { ForestRandom } from '../forest/forest-random.ts'
import { addLeaf, removeLeaf } from '../tree/leaf-pool.ts'
import {
  addFan,
  addFanChild,
  addNode,
  childrenOf,
  copyNode,
  createNodePool,
  FAN,
  LEAF,
  type NodePool,
} from '../tree/node-pool.ts'
import { addCode } from '../tree/code-index.ts'
import type { Tree } from '../tree/tree.ts'
import { copyWatch, createTreeWatch, forgetNode, type TreeWatch, watchNodes } from './tree-watch.ts'

export interface AdaptiveSettings {
  /** Weighs every row by a Poisson count where that is not 0. */
  readonly bootstrap: boolean
  /** Rows that a subtree and its alternate must both have seen before they are compared. */
  readonly driftWindow: number
  /** Chance of taking a subtree for the better one that is not. */
  readonly switchSignificance: number
}

/** A Hoeffding tree of which each subtree may be replaced by one that was grown since its error rose. */
export interface AdaptiveTree {
  readonly tree: Tree
  watch: TreeWatch
  readonly settings: AdaptiveSettings
  readonly random: ForestRandom
  /** Alternates begun, put in place, and dropped. */
  opened: number
  switched: number
  pruned: number
  /** Nodes of subtrees that were replaced while a row was learned, to be removed after it. */
  readonly detached: number[]
}

/** Begins a subtree that may take the place of `node`; one that was begun before is dropped. */
export function openAlternate(adaptive: AdaptiveTree, node: number): void {
  const { tree, watch } = adaptive
  const before = watch.alternates[node]
  if (before >= 0) adaptive.detached.push(before)
  const alternate = addNode(tree.nodes, addLeaf(tree.leaves), tree.nodes.depth[node], 0)
  tree.activeLeaves++
  watchNodes(watch, tree.nodes.count)
  watch.alternates[node] = alternate
  adaptive.opened++
}

/** Drops the alternate of a node, and those within it. */
export function pruneAlternate(adaptive: AdaptiveTree, node: number): void {
  const alternate = adaptive.watch.alternates[node]
  adaptive.watch.alternates[node] = -1
  adaptive.detached.push(alternate)
  adaptive.pruned++
  pruneBelow(adaptive, alternate)
}

/** Drops the alternates of all nodes below one. */
export function pruneBelow(adaptive: AdaptiveTree, node: number): void {
  for (const child of childrenOf(adaptive.tree.nodes, node)) {
    if (adaptive.watch.alternates[child] >= 0) pruneAlternate(adaptive, child)
    pruneBelow(adaptive, child)
  }
}

/** Puts the alternate of a node in its place; returns the number under which the old node goes on until it is removed. */
export function replaceByAlternate(adaptive: AdaptiveTree, node: number): number {
  const { tree, watch } = adaptive
  const { nodes } = tree
  const alternate = watch.alternates[node]
  const old = addNode(nodes, 0, 0, 0)
  watchNodes(watch, nodes.count)
  copyNode(nodes, node, nodes, old)
  copyWatch(watch, node, watch, old)
  watch.alternates[old] = -1
  copyNode(nodes, alternate, nodes, node)
  copyWatch(watch, alternate, watch, node)
  // Nothing leads to the number that the alternate had; its place is freed with the detached ones.
  adaptive.detached.push(old)
  return old
}

/** Frees what was detached and numbers the rest anew, parents before children and alternates. */
export function removeDetached(adaptive: AdaptiveTree): void {
  const { tree, watch, detached } = adaptive
  for (const node of detached) freeLeaves(adaptive, node)
  detached.length = 0
  const kept: Kept = {
    nodes: createNodePool(Math.max(8, tree.nodes.count)),
    watch: createTreeWatch(watch.delta),
  }
  keep(adaptive, 0, kept)
  tree.nodes = kept.nodes
  adaptive.watch = kept.watch
  tree.alternates = kept.watch.alternates
}

interface Kept {
  nodes: NodePool
  watch: TreeWatch
}

function keep(adaptive: AdaptiveTree, node: number, kept: Kept): number {
  const { tree, watch } = adaptive
  const { nodes } = tree
  const number = addNode(kept.nodes, 0, 0, 0)
  copyNode(nodes, node, kept.nodes, number)
  copyWatch(watch, node, kept.watch, number)
  if (watch.alternates[node] >= 0) {
    kept.watch.alternates[number] = keep(adaptive, watch.alternates[node], kept)
  }
  if (nodes.kind[node] === FAN) {
    const { index, children } = nodes.fans[nodes.left[node]]
    const fan = addFan(kept.nodes)
    const left = kept.nodes.fans.length - 1
    for (let i = 0; i < index.count; i++) {
      addFanChild(fan, addCode(fan.index, index.codes[i]), keep(adaptive, children[i], kept))
    }
    kept.nodes.left[number] = left
  } else if (nodes.kind[node] !== LEAF) {
    const left = keep(adaptive, nodes.left[node], kept)
    const right = keep(adaptive, nodes.right[node], kept)
    kept.nodes.left[number] = left
    kept.nodes.right[number] = right
  }
  return number
}

/** With those of alternates that go with it. */
function freeLeaves(adaptive: AdaptiveTree, node: number): void {
  const { tree } = adaptive
  if (tree.nodes.kind[node] === LEAF) {
    const leaf = tree.nodes.left[node]
    if (tree.leaves.block[leaf] >= 0) tree.activeLeaves--
    else tree.inactiveLeaves--
    removeLeaf(tree.leaves, leaf)
  }
  for (const child of childrenOf(tree.nodes, node)) freeLeaves(adaptive, child)
  const alternate = adaptive.watch.alternates[node]
  if (alternate >= 0) freeLeaves(adaptive, alternate)
}

/** A node that has just been split is watched from nothing, and so are its children. */
export function watchSplit({ tree, watch }: AdaptiveTree, node: number): void {
  watchNodes(watch, tree.nodes.count)
  forgetNode(watch, node)
}
