import type { Dataset } from '../dataset.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { binRows, slotsOf } from './bin-columns.ts'
import type { PlannedFeature } from './feature-plan.ts'
import { findInterval } from './find-interval.ts'
import { createSlotTree, type SlotTree } from './slot-tree.ts'

/** Rows that are turned into slots together; a tree's table is made once for each such block. */
const BLOCK = 8192

/**
 * Scores many rows: values become slots between the thresholds that the trees compare with, and trees tables over slots.
 * Adds the same numbers in the same order as `predictTrees`, so scores are equal bit for bit.
 */
export function createSlotScorer(
  features: readonly PlannedFeature[],
  trees: TreeEnsemble,
): (data: Dataset) => Float64Array {
  const { outputs, bias, treeStart } = trees
  const borders = thresholdsOf(trees)
  const count = treeStart.length - 1
  let widest = 1
  for (let t = 0; t < count; t++) widest = Math.max(widest, (treeStart[t + 1] - treeStart[t] + 1) / 2)
  const table = createSlotTree(widest)

  return data => {
    const { rows } = data
    const scores = new Float64Array(rows * outputs)
    for (let row = 0; row < rows; row++) scores.set(bias, row * outputs)
    for (let from = 0; from < rows; from += BLOCK) {
      const to = Math.min(rows, from + BLOCK)
      const bins = binRows({ features, borders }, data, from, to)
      for (let t = 0; t < count; t++) {
        fillTable(table, trees, t, features, borders)
        table.addTo(scores, {
          bins,
          rows: to - from,
          featureStride: 1,
          rowStride: features.length,
          offset: from * outputs + (t % outputs),
          scoreStride: outputs,
          except: null,
        })
      }
    }
    return scores
  }
}

/** Finite thresholds on each feature, ascending. Trees grown from slots have at most 254. */
export function thresholdsOf({
  features,
  feature,
  threshold,
  setStart,
}: Pick<TreeEnsemble, 'features' | 'feature' | 'threshold' | 'setStart'>): Float64Array[] {
  const found = new Map<number, Set<number>>()
  for (let node = 0; node < feature.length; node++) {
    const f = feature[node]
    if (f < 0 || setStart[node] >= 0 || !(threshold[node] < Infinity)) continue
    const own = found.get(f)
    if (own) own.add(threshold[node])
    else found.set(f, new Set([threshold[node]]))
  }
  return Array.from({ length: features }, (_, f) => Float64Array.from(found.get(f) ?? []).sort())
}

function fillTable(
  table: SlotTree,
  trees: TreeEnsemble,
  tree: number,
  features: readonly PlannedFeature[],
  borders: readonly Float64Array[],
): void {
  const { treeStart, feature, threshold, missingLeft, left, value, setStart, setWords, categorySets } = trees
  const root = treeStart[tree]
  table.clear()
  for (let node = root; node < treeStart[tree + 1]; node++) {
    const f = feature[node]
    if (f < 0) {
      table.setValue(node - root, value[node])
      continue
    }
    const child = left[node] - root
    if (setStart[node] >= 0) {
      table.splitSet(node - root, f, child, categorySets, setStart[node], setWords[node])
      continue
    }
    const missing = slotsOf(features[f], borders[f]) - 1
    const slot = threshold[node] < Infinity ? findInterval(borders[f], threshold[node]) : missing - 1
    table.splitAt(node - root, f, child, slot, missing, missingLeft[node])
  }
}
