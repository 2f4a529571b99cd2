import { erf } from '../../math/erf.ts'
import { CELL, HIGHEST, type LeafPool, LOWEST, MEAN, SEEN_CLASS, SQUARES, WEIGHT } from './leaf-pool.ts'
import type { NominalCounts } from './nominal-counts.ts'
import { type Branches, clearBranches } from './split-merit.ts'

/** What a threshold would send left and right by the Gaussians of a numeric slot, within each class's range. */
export function fillThreshold(branches: Branches, pool: LeafPool, slot: number, threshold: number): void {
  const { cells, classes } = pool
  clearBranches(branches, 2, classes)
  const { weights, has } = branches
  for (let i = 0; i < classes; i++) {
    const label = cells[(slot * classes + i) * CELL + SEEN_CLASS]
    const at = (slot * classes + label) * CELL
    const weight = cells[at + WEIGHT]
    // Labels of unused cells read 0, as does a first class 0.
    if (weight === 0 || has[label] || has[classes + label]) break
    branches.classes[branches.classCount++] = label
    if (threshold < cells[at + LOWEST]) {
      weights[classes + label] = weight
      has[classes + label] = 1
    } else if (threshold >= cells[at + HIGHEST]) {
      weights[label] = weight
      has[label] = 1
    } else {
      const left = below(threshold, cells[at + MEAN], weight, cells[at + SQUARES]) * weight
      weights[label] = left
      weights[classes + label] = weight - left
      has[label] = 1
      has[classes + label] = 1
    }
  }
}

/** What one category against the rest would make. `code` is a position of the index. */
export function fillOneCode(branches: Branches, counts: NominalCounts, code: number): void {
  const { classes, weights, totals, index } = counts
  clearBranches(branches, 2, classes)
  listClasses(branches, counts)
  for (let i = 0; i < branches.classCount; i++) {
    const label = branches.classes[i]
    const equal = weights[code * classes + label]
    branches.weights[label] = equal
    branches.weights[classes + label] = totals[label] - equal
    branches.has[label] = equal > 0 ? 1 : 0
    for (let v = 0; v < index.count; v++) {
      if (v === code || !(weights[v * classes + label] > 0)) continue
      branches.has[classes + label] = 1
      break
    }
    if (!branches.has[classes + label]) branches.weights[classes + label] = 0
  }
}

/** A branch per category, in the order of `positions`; classes in ascending order. */
export function fillAllCodes(branches: Branches, counts: NominalCounts, positions: Int32Array): void {
  const { classes, weights, index } = counts
  clearBranches(branches, index.count, classes)
  for (let label = 0; label < classes; label++) {
    if (counts.totals[label] > 0) branches.classes[branches.classCount++] = label
  }
  for (let b = 0; b < index.count; b++) {
    for (let label = 0; label < classes; label++) {
      const weight = weights[positions[b] * classes + label]
      branches.weights[b * classes + label] = weight
      branches.has[b * classes + label] = weight > 0 ? 1 : 0
    }
  }
}

function listClasses(branches: Branches, { order, totals }: NominalCounts): void {
  for (let i = 0; i < order.length && order[i] >= 0; i++) {
    if (totals[order[i]] > 0) branches.classes[branches.classCount++] = order[i]
  }
}

/** Gaussian distribution function; 0 without a variance, as in River. */
function below(x: number, mean: number, weight: number, squares: number): number {
  const deviation = weight > 1 ? Math.sqrt(squares / (weight - 1)) : 0
  if (deviation === 0) return 0
  return 0.5 * (1 + erf((x - mean) / deviation / Math.SQRT2))
}
