import { findCode } from './code-index.ts'
import { leafWeight } from './leaf-pool.ts'
import { FAN, LEAF, MOST_BRANCHES, THRESHOLD } from './node-pool.ts'
import type { Tree } from './tree.ts'

/**
 * The leaf node that a row belongs to, below the node `from`; the tree must not be empty. Where a value is missing, or its category has no
 * child, the row follows the heaviest child and `tree.detour` tells so.
 */
export function leafNodeOf(tree: Tree, row: Float64Array, from = 0): number {
  const { kind, column, value, left, right } = tree.nodes
  tree.detour = false
  let node = from
  for (;;) {
    const test = kind[node]
    if (test === LEAF) return node
    const x = row[column[node]]
    if (test === FAN) {
      node = fanChild(tree, node, x)
    } else if (Number.isNaN(x)) {
      node = heavierChild(tree, node)
    } else {
      const goesLeft = test === THRESHOLD ? x <= value[node] : x === value[node]
      node = goesLeft ? left[node] : right[node]
    }
  }
}

/** As `leafNodeOf`, but stops at a node whose category has no child yet, where learning adds one. */
export function learningNodeOf(tree: Tree, row: Float64Array, weight: number): number {
  const { kind, column, value, left, right, passed } = tree.nodes
  tree.detour = false
  let node = 0
  for (;;) {
    passed[node] += weight
    const test = kind[node]
    if (test === LEAF) return node
    const x = row[column[node]]
    if (test === FAN) {
      if (opensBranch(tree, node, x)) {
        tree.detour = true
        return node
      }
      node = fanChild(tree, node, x)
    } else if (Number.isNaN(x)) {
      node = heavierChild(tree, node)
    } else {
      const goesLeft = test === THRESHOLD ? x <= value[node] : x === value[node]
      node = goesLeft ? left[node] : right[node]
    }
  }
}

/** The child of a node that tests, -1 for a category that is to get one of its own; `tree.detour` is set where the value is missing. */
export function childOf(tree: Tree, node: number, row: Float64Array): number {
  const { kind, column, value, left, right } = tree.nodes
  const x = row[column[node]]
  if (kind[node] === FAN) {
    return opensBranch(tree, node, x) ? -1 : fanChild(tree, node, x)
  }
  if (Number.isNaN(x)) return heavierChild(tree, node)
  const goesLeft = kind[node] === THRESHOLD ? x <= value[node] : x === value[node]
  return goesLeft ? left[node] : right[node]
}

/**
 * Whether a value is a category that is to get a child of its own. In a repaired tree those beyond the most branches of a
 * split follow the heaviest child, or each name of a thing would cost a leaf for ever.
 */
function opensBranch({ nodes, settings, growing }: Tree, node: number, x: number): boolean {
  const { index } = nodes.fans[nodes.left[node]]
  if (Number.isNaN(x) || findCode(index, x) >= 0) return false
  return !settings.repaired || (growing && index.count < MOST_BRANCHES)
}

function fanChild(tree: Tree, node: number, x: number): number {
  const { index, children } = tree.nodes.fans[tree.nodes.left[node]]
  const position = Number.isNaN(x) ? -1 : findCode(index, x)
  if (position >= 0) return children[position]
  tree.detour = true
  let best = children[0]
  let most = weightBelow(tree, best)
  for (let i = 1; i < index.count; i++) {
    const weight = weightBelow(tree, children[i])
    if (weight > most) {
      most = weight
      best = children[i]
    }
  }
  return best
}

function heavierChild(tree: Tree, node: number): number {
  tree.detour = true
  const { left, right } = tree.nodes
  return weightBelow(tree, left[node]) < weightBelow(tree, right[node]) ? right[node] : left[node]
}

/** River adds up the leaves' class weights, which differs from what passed once a new category opens an empty leaf. */
function weightBelow(tree: Tree, node: number): number {
  const { kind, left, right, passed, fans } = tree.nodes
  if (tree.settings.repaired) return passed[node]
  if (kind[node] === LEAF) return leafWeight(tree.leaves, left[node])
  if (kind[node] !== FAN) return weightBelow(tree, left[node]) + weightBelow(tree, right[node])
  const { index, children } = fans[left[node]]
  let sum = 0
  for (let i = 0; i < index.count; i++) sum += weightBelow(tree, children[i])
  return sum
}
