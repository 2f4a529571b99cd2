import { type Candidate, findSplits } from './find-split.ts'
import { leafWeight, removeSlot } from './leaf-pool.ts'
import { enforceSizeLimit, limitSize, setInactive } from './limit-size.ts'
import { LEAF } from './node-pool.ts'
import { splitLeaf } from './split-leaf.ts'
import type { Tree } from './tree.ts'

/**
 * Splits a leaf if its best candidate beats the second by more than the Hoeffding bound, or if the bound is below tau
 * (Hulten, Spencer and Domingos 2001). In River a leaf of almost one class, or one that had better not be split, is
 * deactivated and, by the sweep that follows, active again with nothing observed; a repaired one observes on.
 */
export function attemptSplit(tree: Tree, node: number): void {
  const { leaves, nodes, settings } = tree
  const leaf = nodes.left[node]
  const total = leafWeight(leaves, leaf)
  let nonZero = 0
  let largest = 0
  for (let c = 0; c < leaves.classes; c++) {
    const weight = leaves.weights[leaf * leaves.classes + c]
    if (weight !== 0) nonZero++
    if (weight > largest) largest = weight
  }
  if (nonZero < 2) return
  if (!settings.repaired && largest / total > settings.maxShareToSplit) return giveUp(tree, leaf)

  const { candidates, count } = findSplits(tree, leaf)
  if (count === 0) return
  let best = 0
  for (let i = 1; i < count; i++) if (candidates[i].merit >= candidates[best].merit) best = i
  if (count > 1) {
    let second = -Infinity
    for (let i = 0; i < count; i++) {
      if (i !== best && candidates[i].merit > second) second = candidates[i].merit
    }
    const bound = hoeffdingBound(tree, leaf, total)
    const clear = candidates[best].merit - second > bound || bound < settings.tau
    if (settings.removePoorColumns && settings.leaf === 'mc' && !(clear && candidates[best].kind !== LEAF)) {
      removePoorColumns(tree, leaf, candidates, count, candidates[best].merit - bound)
    }
    if (!clear) return
  }
  if (candidates[best].kind === LEAF) {
    if (!settings.repaired) giveUp(tree, leaf)
    return
  }
  splitLeaf(tree, node, candidates[best])
  enforceSizeLimit(tree)
  limitSize(tree)
}

function giveUp(tree: Tree, leaf: number): void {
  setInactive(tree, leaf)
  enforceSizeLimit(tree)
}

function hoeffdingBound({ leaves, settings }: Tree, leaf: number, weight: number): number {
  const range = settings.criterion === 'gini' ? 1 : Math.log2(Math.max(2, leaves.seen[leaf]))
  return Math.sqrt((range * range * Math.log(1 / settings.delta)) / (2 * weight))
}

/** From the last slot down, since those behind a removed one move up. */
function removePoorColumns(
  { leaves }: Tree,
  leaf: number,
  candidates: readonly Candidate[],
  count: number,
  enough: number,
): void {
  const block = leaves.block[leaf]
  const disabled = leaves.disabled.get(leaf) ?? new Set<number>()
  for (let i = count - 1; i >= 0; i--) {
    const { kind, merit, slot } = candidates[i]
    if (kind === LEAF || !(merit < enough)) continue
    disabled.add(leaves.slotColumn[slot])
    removeSlot(leaves, block, slot - block * leaves.slots)
  }
  leaves.disabled.set(leaf, disabled)
}
