import { LEAF } from '../tree/node-pool.ts'
import { predictAtLeaf, predictRow } from '../tree/predict-row.ts'
import { childOf, leafNodeOf } from '../tree/route.ts'
import type { AdaptiveTree } from './adaptive-tree.ts'

/**
 * Fills `tree.votes` with the probability of each class, all 0 where nothing is known. Only what is in place speaks;
 * in River's mode alternates do too, each leaf by the inverse square of its error.
 */
export function predictAdaptive(adaptive: AdaptiveTree, row: Float64Array): void {
  const { tree, watch } = adaptive
  if (tree.settings.repaired || tree.nodes.count === 0) {
    predictRow(tree, row)
    return
  }
  const sum = new Float64Array(tree.votes.length)
  let node = 0
  let entered = 1
  while (tree.nodes.kind[node] !== LEAF) {
    const alternate = watch.alternates[node]
    // River passes twice through what it came to past a missing value.
    if (alternate >= 0) for (let i = 0; i < entered; i++) addVotes(adaptive, alternate, row, sum)
    tree.detour = false
    const child = childOf(tree, node, row)
    if (child < 0) {
      // A new category: from here on the heaviest child, as for a missing value.
      const past = Float64Array.from(row)
      past[tree.nodes.column[node]] = Number.NaN
      node = childOf(tree, node, past)
      entered = 2
    } else {
      node = child
      entered = tree.detour ? 2 : 1
    }
  }
  addVotes(adaptive, node, row, sum)
  let total = 0
  for (const vote of sum) total += vote
  for (let c = 0; c < sum.length; c++) tree.votes[c] = total > 0 ? sum[c] * (1 / total) : sum[c]
}

function addVotes({ tree, watch }: AdaptiveTree, node: number, row: Float64Array, sum: Float64Array): void {
  const at = leafNodeOf(tree, row, node)
  predictAtLeaf(tree, tree.nodes.left[at], row)
  let total = 0
  for (const vote of tree.votes) total += vote
  const factor = total * watch.errors[at] * watch.errors[at]
  for (let c = 0; c < sum.length; c++) sum[c] += factor > 0 ? tree.votes[c] * (1 / factor) : tree.votes[c]
}
