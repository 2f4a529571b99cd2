import {
  addSlot,
  CELL,
  HIGHEST,
  LOG_SPREAD,
  LOWEST,
  type LeafPool,
  MEAN,
  SEEN_CLASS,
  SPREAD,
  SQUARES,
  WEIGHT,
} from './leaf-pool.ts'
import { countCode, noteClass } from './nominal-counts.ts'
import type { Tree } from './tree.ts'

/** Categories that a repaired leaf tells apart per column. */
const MOST_CATEGORIES = 1024

/** Takes a row into the statistics of an active leaf; columns that it sees for the first time get a slot. */
export function observeRow(tree: Tree, leaf: number, row: Float64Array, label: number, weight: number): void {
  const pool = tree.leaves
  const block = pool.block[leaf]
  const first = block * pool.slots
  const known = pool.slotCount[block]
  const { slotColumn, nominal } = pool
  for (let slot = first; slot < first + known; slot++) {
    const x = row[slotColumn[slot]]
    if (Number.isNaN(x)) continue
    if (nominal[slot] === null) updateCell(pool, slot, x, label, weight)
    else updateCounts(tree, leaf, slot, x, label, weight)
  }
  if (known < pool.slots) openSlots(tree, leaf, row, label, weight)
}

function openSlots(tree: Tree, leaf: number, row: Float64Array, label: number, weight: number): void {
  const pool = tree.leaves
  const block = pool.block[leaf]
  const known = pool.slotCount[block]
  const drawn = tree.draw !== null
  if (drawn && pool.drawnCount[leaf] === 0) drawColumns(tree, leaf, row)
  const wanted = drawn ? pool.drawnCount[leaf] : tree.columns
  const disabled = pool.disabled.get(leaf)
  for (let i = 0; i < wanted; i++) {
    const column = drawn ? pool.drawn[leaf * pool.slots + i] : i
    const x = row[column]
    if (Number.isNaN(x) || disabled?.has(column) || hasSlot(pool, block, known, column)) continue
    const slot = block * pool.slots + addSlot(pool, block, column, tree.nominal[column] === 1)
    if (tree.nominal[column] === 1) updateCounts(tree, -1, slot, x, label, weight)
    else updateCell(pool, slot, x, label, weight)
  }
}

const present: number[] = []
let positions = new Int32Array(16)

/** Draws what the leaf observes from the columns that this row has. */
function drawColumns(tree: Tree, leaf: number, row: Float64Array): void {
  const { byName, leaves, settings } = tree
  present.length = 0
  for (const column of byName) if (!Number.isNaN(row[column])) present.push(column)
  const wanted = Math.min(settings.maxFeatures, leaves.slots)
  const count = Math.min(present.length, wanted)
  if (positions.length < count) positions = new Int32Array(2 * count)
  if (present.length >= wanted) tree.draw?.(present.length, count, positions)
  else for (let i = 0; i < count; i++) positions[i] = i
  for (let i = 0; i < count; i++) leaves.drawn[leaf * leaves.slots + i] = present[positions[i]]
  leaves.drawnCount[leaf] = count
}

function hasSlot(pool: LeafPool, block: number, known: number, column: number): boolean {
  for (let s = 0; s < known; s++) if (pool.slotColumn[block * pool.slots + s] === column) return true
  return false
}

/** West's weighted mean and sum of squares; what predictions need of them is computed here, once per example. */
function updateCell(pool: LeafPool, slot: number, x: number, label: number, weight: number): void {
  const { cells, classes } = pool
  const at = (slot * classes + label) * CELL
  const before = cells[at + WEIGHT]
  if (before === 0) {
    let seen = 0
    for (let c = 0; c < classes; c++) if (cells[(slot * classes + c) * CELL + WEIGHT] > 0) seen++
    cells[(slot * classes + seen) * CELL + SEEN_CLASS] = label
    cells[at + LOWEST] = x
    cells[at + HIGHEST] = x
  } else if (x < cells[at + LOWEST]) cells[at + LOWEST] = x
  else if (x > cells[at + HIGHEST]) cells[at + HIGHEST] = x
  const n = before + weight
  const mean = cells[at + MEAN]
  const moved = mean + (weight / n) * (x - mean)
  const squares = cells[at + SQUARES] + weight * (x - mean) * (x - moved)
  cells[at + WEIGHT] = n
  cells[at + MEAN] = moved
  cells[at + SQUARES] = squares
  const variance = n > 1 ? squares / (n - 1) : 0
  if (variance > 0) {
    cells[at + SPREAD] = -2 * variance
    cells[at + LOG_SPREAD] = 0.5 * Math.log(variance)
  }
}

/** `leaf` is that of a slot which naive Bayes has asked about its classes before; -1 for a new slot. */
function updateCounts(
  tree: Tree,
  leaf: number,
  slot: number,
  x: number,
  label: number,
  weight: number,
): void {
  const pool = tree.leaves
  const counts = pool.nominal[slot]
  if (!counts) return
  // River's adaptive leaves ask naive Bayes whatever they then say.
  if (leaf >= 0 && (tree.settings.leaf === 'nba' || tree.alternates)) {
    const at = leaf * pool.classes
    for (let i = 0; i < pool.seen[leaf]; i++) {
      if (pool.weights[at + pool.order[at + i]] > 0) noteClass(counts, pool.order[at + i])
    }
  }
  countCode(counts, x, label, weight, tree.settings.repaired ? MOST_CATEGORIES : 2147483647)
}
