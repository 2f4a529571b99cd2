import { bayesVotes, normaliseVotes } from './bayes-votes.ts'
import { BAYES_RIGHT, leafWeight, MAJORITY_RIGHT, SCALARS } from './leaf-pool.ts'
import { leafNodeOf } from './route.ts'
import type { Tree } from './tree.ts'

/**
 * Fills `tree.votes` with the probability of each class (all 0 where nothing is known) and returns whether the tree
 * has learned anything.
 */
export function predictRow(tree: Tree, row: Float64Array): boolean {
  if (tree.nodes.count === 0) {
    tree.votes.fill(0)
    return false
  }
  predictAtLeaf(tree, tree.nodes.left[leafNodeOf(tree, row)], row)
  return true
}

/** Fills `tree.votes` with what one leaf says. */
export function predictAtLeaf(tree: Tree, leaf: number, row: Float64Array): void {
  const { leaves, votes, settings } = tree
  votes.fill(0)
  if (usesBayes(tree, leaf) && bayesVotes(leaves, leaf, row, votes, settings.repaired)) {
    normaliseVotes(leaves, leaf, votes)
  } else if (!usesBayes(tree, leaf) || settings.repaired) {
    classShares(tree, leaf)
  }
}

/** The likeliest class of `votes`, the lowest among equals; -1 before anything was learned. */
export function likeliestClass({ votes, known }: Tree): number {
  let best = -1
  for (let c = 0; c < votes.length; c++) {
    if (known[c] && (best < 0 || votes[c] > votes[best])) best = c
  }
  return best
}

function usesBayes({ leaves, settings }: Tree, leaf: number): boolean {
  if (settings.leaf === 'mc' || leaves.block[leaf] < 0) return false
  if (settings.leaf === 'nb') return leafWeight(leaves, leaf) >= settings.nbThreshold
  const at = leaf * SCALARS
  return leaves.scalars[at + BAYES_RIGHT] >= leaves.scalars[at + MAJORITY_RIGHT]
}

/** Shares of the leaf's classes; a repaired leaf believes in every class a little. */
function classShares({ leaves, votes, known, settings }: Tree, leaf: number): void {
  const total = leafWeight(leaves, leaf)
  const at = leaf * leaves.classes
  if (settings.repaired) {
    let classes = 0
    for (let c = 0; c < known.length; c++) classes += known[c]
    for (let c = 0; c < known.length; c++) {
      if (known[c]) votes[c] = (leaves.weights[at + c] + 1 / classes) / (total + 1)
    }
    return
  }
  if (total === 0) return
  const factor = 1 / total
  for (let c = 0; c < leaves.classes; c++) votes[c] = leaves.weights[at + c] * factor
}
