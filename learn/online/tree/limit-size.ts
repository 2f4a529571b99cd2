import { activateLeaf, CELL, deactivateLeaf, leafWeight, SCALARS } from './leaf-pool.ts'
import { childrenOf, LEAF } from './node-pool.ts'
import { nominalCountsBytes } from './nominal-counts.ts'
import type { Tree } from './tree.ts'

/** Bytes of a node; a category's child in a fan takes about three numbers more. */
const NODE_BYTES = 45
/** Bytes of what watches a node of an adaptive tree: a detector and an error. */
export const WATCH_BYTES = 3600

/**
 * Keeps the most promising leaves active as far as the measured sizes allow and wakes those that fit again (Kirkby
 * 2007, "Improving Hoeffding trees"). Before the first measurement everything fits.
 */
export function enforceSizeLimit(tree: Tree): void {
  const { settings, leaves, nodes, activeBytes, inactiveBytes, overhead } = tree
  const limit = settings.maxBytes
  const size = overhead * (activeBytes + tree.inactiveLeaves * inactiveBytes)
  if (settings.stopAtLimit && (tree.inactiveLeaves > 0 || size > limit)) {
    tree.growing = false
    return
  }
  const count = tree.activeLeaves + tree.inactiveLeaves
  let fitting = 0
  if (activeBytes === 0) fitting = count
  while (fitting < count) {
    const bytes = (fitting + 1) * activeBytes + (count - fitting - 1) * inactiveBytes
    if (bytes * overhead > limit) break
    fitting++
  }
  if (fitting === count && tree.inactiveLeaves === 0) return
  const found = leafNodes(tree)
  if (fitting < count) {
    const promises = new Map(found.map(node => [node, promiseOf(tree, node)]))
    found.sort((a, b) => (promises.get(a) ?? 0) - (promises.get(b) ?? 0))
  }
  found.forEach((node, i) => {
    const leaf = nodes.left[node]
    const active = leaves.block[leaf] >= 0
    if (i < count - fitting) {
      if (active) setInactive(tree, leaf)
    } else if (!active && nodes.depth[node] < settings.maxDepth) {
      activateLeaf(leaves, leaf)
      tree.activeLeaves++
      tree.inactiveLeaves--
    }
  })
}

/** Stops a leaf's growth. */
export function setInactive(tree: Tree, leaf: number): void {
  deactivateLeaf(tree.leaves, leaf)
  tree.activeLeaves--
  tree.inactiveLeaves++
}

/** Measures the tree and, when it is too large, enforces the limit; stops its growth when that does not help. */
export function limitSize(tree: Tree): void {
  const { leaves, settings } = tree
  if (usedBytes(tree) <= settings.maxBytes) return
  const watched = tree.alternates ? WATCH_BYTES : 0
  const leafBytes = leaves.classes * 12 + SCALARS * 8 + leaves.slots * 4 + 12 + watched
  const active =
    leafBytes + leaves.slots * (leaves.classes * CELL * 8 + 4) + nominalBytes(tree) / tree.activeLeaves
  tree.inactiveBytes = leafBytes
  tree.activeBytes = tree.activeLeaves > 0 ? active : leafBytes
  tree.overhead =
    usedBytes(tree) / (tree.activeLeaves * tree.activeBytes + tree.inactiveLeaves * tree.inactiveBytes)
  enforceSizeLimit(tree)
  if (usedBytes(tree) > settings.maxBytes) tree.growing = false
}

/** Bytes in use, without what is kept in reserve. */
function usedBytes(tree: Tree): number {
  const { nodes, leaves } = tree
  const count = tree.activeLeaves + tree.inactiveLeaves
  let children = 0
  for (const fan of nodes.fans) children += fan.index.count
  return (
    nodes.count * (tree.alternates ? NODE_BYTES + WATCH_BYTES : NODE_BYTES) +
    children * 24 +
    count * (leaves.classes * 12 + SCALARS * 8 + leaves.slots * 4 + 12) +
    tree.activeLeaves * leaves.slots * (leaves.classes * CELL * 8 + 4) +
    nominalBytes(tree)
  )
}

function nominalBytes({ leaves }: Tree): number {
  let bytes = 0
  for (const counts of leaves.nominal) if (counts) bytes += nominalCountsBytes(counts)
  return bytes
}

/** Leaf nodes from left to right, those of a subtree that may take a node's place behind its own. */
function leafNodes(tree: Tree, node = 0, found: number[] = []): number[] {
  if (tree.nodes.kind[node] === LEAF) found.push(node)
  for (const child of childrenOf(tree.nodes, node)) {
    leafNodes(tree, child, found)
    const alternate = tree.alternates?.[child] ?? -1
    if (alternate >= 0) leafNodes(tree, alternate, found)
  }
  return found
}

/** Weight that is not of the leaf's largest class. */
function promiseOf({ leaves, nodes }: Tree, node: number): number {
  const leaf = nodes.left[node]
  const total = leafWeight(leaves, leaf)
  let largest = 0
  for (let c = 0; c < leaves.classes; c++)
    largest = Math.max(largest, leaves.weights[leaf * leaves.classes + c])
  return total > 0 ? total - largest : 0
}
