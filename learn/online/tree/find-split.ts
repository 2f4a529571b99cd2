import { CELL, HIGHEST, LOWEST, type LeafPool, WEIGHT } from './leaf-pool.ts'
import { EQUAL, FAN, LEAF, MOST_BRANCHES, THRESHOLD } from './node-pool.ts'
import type { NominalCounts } from './nominal-counts.ts'
import { fillAllCodes, fillOneCode, fillThreshold } from './fill-branches.ts'
import { type Branches, createBranches, entropy, gini, splitMerit } from './split-merit.ts'
import type { Tree } from './tree.ts'

/** A way to split a leaf, or (kind LEAF) not to. */
export interface Candidate {
  kind: number
  merit: number
  /** Of the pool, not of the block. */
  slot: number
  /** The threshold, or the position of the category. */
  value: number
}

/** Thresholds tried per numeric column. */
const THRESHOLDS = 10

const branches = createBranches()
const candidates: Candidate[] = []
let positions = new Int32Array(8)

/**
 * The candidates of an active leaf: not splitting (with `preprune`), then the best of each slot. The array and what it
 * holds are overwritten by the next search; `count` of its entries are in use.
 */
export function findSplits(tree: Tree, leaf: number): { candidates: readonly Candidate[]; count: number } {
  const { leaves: pool, settings } = tree
  const before = meritOfLeaf(tree, leaf)
  let count = 0
  if (settings.preprune) {
    const none = settings.repaired ? (settings.criterion === 'gini' ? before : 0) : -Infinity
    setCandidate(count++, LEAF, none, -1, 0)
  }
  const block = pool.block[leaf]
  for (let s = 0; s < pool.slotCount[block]; s++) {
    const slot = block * pool.slots + s
    setCandidate(count, LEAF, -Infinity, slot, 0)
    const counts = pool.nominal[slot]
    if (counts === null) tryThresholds(tree, slot, before, candidates[count])
    else tryCategories(tree, slot, counts, before, candidates[count])
    count++
  }
  return { candidates, count }
}

/** The branches that a candidate makes. */
export function branchesOf(pool: LeafPool, { kind, slot, value }: Candidate): Branches {
  const counts = pool.nominal[slot]
  if (kind === THRESHOLD || !counts) fillThreshold(branches, pool, slot, value)
  else if (kind === FAN) fillAllCodes(branches, counts, sortedPositions(counts))
  else fillOneCode(branches, counts, value)
  return branches
}

/** Positions of a column's categories in ascending order of their codes. */
export function sortedPositions({ index }: NominalCounts): Int32Array {
  if (positions.length < index.count) positions = new Int32Array(2 * index.count)
  for (let i = 0; i < index.count; i++) {
    let at = i
    while (at > 0 && index.codes[positions[at - 1]] > index.codes[i]) {
      positions[at] = positions[at - 1]
      at--
    }
    positions[at] = i
  }
  return positions
}

function tryThresholds(tree: Tree, slot: number, before: number, best: Candidate): void {
  const { cells, classes } = tree.leaves
  let lowest = Infinity
  let highest = -Infinity
  for (let c = 0; c < classes; c++) {
    const at = (slot * classes + c) * CELL
    if (cells[at + WEIGHT] === 0) continue
    if (cells[at + LOWEST] < lowest) lowest = cells[at + LOWEST]
    if (cells[at + HIGHEST] > highest) highest = cells[at + HIGHEST]
  }
  const step = (highest - lowest) / (THRESHOLDS + 1)
  for (let i = 1; i <= THRESHOLDS; i++) {
    const threshold = lowest + step * i
    if (!(lowest < threshold && threshold < highest)) continue
    fillThreshold(branches, tree.leaves, slot, threshold)
    const merit = splitMerit(branches, tree.settings, before)
    if (merit > best.merit) setBest(best, THRESHOLD, merit, threshold)
  }
}

function tryCategories(
  tree: Tree,
  slot: number,
  counts: NominalCounts,
  before: number,
  best: Candidate,
): void {
  const { settings } = tree
  const order = sortedPositions(counts)
  if (!settings.binarySplit && !(settings.repaired && counts.index.count > MOST_BRANCHES)) {
    fillAllCodes(branches, counts, order)
    setBest(best, FAN, splitMerit(branches, settings, before), 0)
  }
  for (let i = 0; i < counts.index.count; i++) {
    fillOneCode(branches, counts, order[i])
    const merit = splitMerit(branches, settings, before)
    if (merit > best.merit) setBest(best, EQUAL, merit, order[i])
  }
  best.slot = slot
}

function meritOfLeaf({ leaves, settings }: Tree, leaf: number): number {
  const at = leaf * leaves.classes
  if (settings.criterion === 'hellinger') return 0
  return settings.criterion === 'gini'
    ? 1 - gini(leaves.weights, at, leaves.order, at, leaves.seen[leaf])
    : entropy(leaves.weights, at, leaves.order, at, leaves.seen[leaf])
}

function setBest(best: Candidate, kind: number, merit: number, value: number): void {
  best.kind = kind
  best.merit = merit
  best.value = value
}

function setCandidate(at: number, kind: number, merit: number, slot: number, value: number): void {
  if (at === candidates.length) candidates.push({ kind, merit, slot, value })
  else {
    const candidate = candidates[at]
    setBest(candidate, kind, merit, value)
    candidate.slot = slot
  }
}
