import { longer } from './longer.ts'
import {
  createNominalCounts,
  type NominalCounts,
  nominalCountsBytes,
  widenNominalCounts,
} from './nominal-counts.ts'

/** Numbers kept per column and class of an active leaf: where they stand, from the start of a cell. */
export const CELL = 8
/** Weight, mean and sum of squared deviations. */
export const WEIGHT = 0
export const MEAN = 1
export const SQUARES = 2
export const LOWEST = 3
export const HIGHEST = 4
/** -2 variance, 0 while there is none; and half the logarithm of the variance. */
export const SPREAD = 5
export const LOG_SPREAD = 6
/** At the i-th cell of a column: the class that was seen as i-th. */
export const SEEN_CLASS = 7

/** Numbers per leaf in `scalars`. */
export const SCALARS = 3
export const LAST_ATTEMPT = 0
export const MAJORITY_RIGHT = 1
export const BAYES_RIGHT = 2

/**
 * The leaves of one tree and, in blocks, what the active ones observe: a slot per column in order of first sight, in it a
 * cell per class (numeric) or counts of its own (nominal).
 */
export interface LeafPool {
  readonly columns: number
  /** Most columns that a leaf observes. */
  readonly slots: number
  /** Classes there is room for. */
  classes: number
  count: number
  free: number[]
  /** Weight by leaf and class, and the leaf's classes in order of first sight. */
  weights: Float64Array
  order: Int32Array
  seen: Int32Array
  scalars: Float64Array
  /** The leaf's block, -1 when it is inactive. */
  block: Int32Array
  /** Columns drawn for the leaf to observe (none in a plain tree), and columns it no longer observes. */
  drawn: Int32Array
  drawnCount: Int32Array
  disabled: Map<number, Set<number>>
  blocks: number
  freeBlocks: number[]
  cells: Float64Array
  slotCount: Int32Array
  slotColumn: Int32Array
  nominal: (NominalCounts | null)[]
}

export function createLeafPool(columns: number, slots: number, classes = 2): LeafPool {
  return {
    columns,
    slots,
    classes,
    count: 0,
    free: [],
    weights: new Float64Array(0),
    order: new Int32Array(0),
    seen: new Int32Array(0),
    scalars: new Float64Array(0),
    block: new Int32Array(0),
    drawn: new Int32Array(0),
    drawnCount: new Int32Array(0),
    disabled: new Map(),
    blocks: 0,
    freeBlocks: [],
    cells: new Float64Array(0),
    slotCount: new Int32Array(0),
    slotColumn: new Int32Array(0),
    nominal: [],
  }
}

/** An empty, active leaf. */
export function addLeaf(pool: LeafPool): number {
  const leaf = pool.free.pop() ?? pool.count++
  if (leaf >= pool.seen.length) resizeLeaves(pool, Math.max(4, 2 * leaf))
  pool.weights.fill(0, leaf * pool.classes, (leaf + 1) * pool.classes)
  pool.seen[leaf] = 0
  pool.scalars.fill(0, leaf * SCALARS, (leaf + 1) * SCALARS)
  pool.drawnCount[leaf] = 0
  pool.block[leaf] = -1
  activateLeaf(pool, leaf)
  return leaf
}

export function removeLeaf(pool: LeafPool, leaf: number): void {
  deactivateLeaf(pool, leaf)
  pool.disabled.delete(leaf)
  pool.free.push(leaf)
}

/** Starts observing, from nothing. */
export function activateLeaf(pool: LeafPool, leaf: number): void {
  if (pool.block[leaf] >= 0) return
  const block = pool.freeBlocks.pop() ?? pool.blocks++
  if (block >= pool.slotCount.length) resizeBlocks(pool, Math.max(4, 2 * block))
  const width = pool.slots * pool.classes * CELL
  pool.cells.fill(0, block * width, (block + 1) * width)
  pool.slotCount[block] = 0
  pool.block[leaf] = block
}

/** Stops observing and forgets what was observed. */
export function deactivateLeaf(pool: LeafPool, leaf: number): void {
  const block = pool.block[leaf]
  if (block < 0) return
  pool.nominal.fill(null, block * pool.slots, (block + 1) * pool.slots)
  pool.freeBlocks.push(block)
  pool.block[leaf] = -1
}

/** Adds weight to a class of a leaf. */
export function addClassWeight(pool: LeafPool, leaf: number, label: number, weight: number): void {
  const at = leaf * pool.classes
  const seen = pool.seen[leaf]
  pool.weights[at + label] += weight
  for (let i = 0; i < seen; i++) if (pool.order[at + i] === label) return
  pool.order[at + seen] = label
  pool.seen[leaf] = seen + 1
}

/** Sum of the class weights, in order of first sight. */
export function leafWeight(pool: LeafPool, leaf: number): number {
  const at = leaf * pool.classes
  const seen = pool.seen[leaf]
  let sum = 0
  for (let i = 0; i < seen; i++) sum += pool.weights[at + pool.order[at + i]]
  return sum
}

/** Opens the next slot of a block for a column. */
export function addSlot(pool: LeafPool, block: number, column: number, nominal: boolean): number {
  const slot = pool.slotCount[block]++
  pool.slotColumn[block * pool.slots + slot] = column
  pool.nominal[block * pool.slots + slot] = nominal ? createNominalCounts(pool.classes) : null
  return slot
}

/** Closes a column's slot; those after it move up. */
export function removeSlot(pool: LeafPool, block: number, slot: number): void {
  const { slots, classes, nominal } = pool
  const width = classes * CELL
  const first = block * slots
  const last = --pool.slotCount[block]
  pool.cells.copyWithin((first + slot) * width, (first + slot + 1) * width, (first + last + 1) * width)
  pool.cells.fill(0, (first + last) * width, (first + last + 1) * width)
  pool.slotColumn.copyWithin(first + slot, first + slot + 1, first + last + 1)
  for (let s = slot; s < last; s++) nominal[first + s] = nominal[first + s + 1]
  nominal[first + last] = null
}

/** Makes room for more classes. */
export function widenLeafPool(pool: LeafPool, classes: number): void {
  const old = pool.classes
  pool.weights = spaced(pool.weights, old, classes)
  pool.order = spaced(pool.order, old, classes)
  pool.cells = spaced(pool.cells, old * CELL, classes * CELL)
  pool.nominal = pool.nominal.map(counts => counts && widenNominalCounts(counts, classes))
  pool.classes = classes
}

export function leafPoolBytes(pool: LeafPool): number {
  const { weights, order, seen, scalars, block, drawn, drawnCount, cells, slotCount, slotColumn } = pool
  let bytes = 0
  for (const values of [
    weights,
    order,
    seen,
    scalars,
    block,
    drawn,
    drawnCount,
    cells,
    slotCount,
    slotColumn,
  ]) {
    bytes += values.byteLength
  }
  for (const counts of pool.nominal) if (counts) bytes += nominalCountsBytes(counts)
  return bytes
}

function resizeLeaves(pool: LeafPool, capacity: number): void {
  pool.weights = longer(pool.weights, capacity * pool.classes)
  pool.order = longer(pool.order, capacity * pool.classes)
  pool.seen = longer(pool.seen, capacity)
  pool.scalars = longer(pool.scalars, capacity * SCALARS)
  pool.block = longer(pool.block, capacity)
  pool.drawn = longer(pool.drawn, capacity * pool.slots)
  pool.drawnCount = longer(pool.drawnCount, capacity)
}

function resizeBlocks(pool: LeafPool, capacity: number): void {
  pool.cells = longer(pool.cells, capacity * pool.slots * pool.classes * CELL)
  pool.slotCount = longer(pool.slotCount, capacity)
  pool.slotColumn = longer(pool.slotColumn, capacity * pool.slots)
}

function spaced<T extends Float64Array | Int32Array>(values: T, from: number, to: number): T {
  const rows = values.length / from
  const result = longer(values.subarray(0, 0) as T, rows * to)
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * from, (row + 1) * from), row * to)
  return result
}
