import { createPathShap } from '../../trees/path-shap.ts'
import type { CatboostModel } from './catboost-model.ts'
import { splitPlayers } from './split-players.ts'

/** SHAP values of a row by its bins: one a column of `columns`, and what any row is expected to score as the last. */
export type CatboostShap = (bins: Int32Array, columns: number) => Float64Array

/**
 * TreeSHAP over the symmetric trees for one output, by CatBoost's own convention: the root asks a tree's last split, children are weighed by
 * the leaves' training weights, and contributions of splits on several columns are shared equally among them.
 */
export function createCatboostShap(model: CatboostModel, output: number): CatboostShap {
  const { outputs, depths, splitSlot, splitBorder, leafValues, leafWeights, scale, bias } = model
  const { ofSlot, columns: playerColumns } = splitPlayers(model)
  const nodes = depths.reduce((sum, depth) => sum + 2 ** (depth + 1) - 1, 0)
  const player = new Int32Array(nodes).fill(-1)
  const left = new Int32Array(nodes).fill(-1)
  const right = new Int32Array(nodes).fill(-1)
  const value = new Float64Array(nodes)
  const cover = new Float64Array(nodes)
  // Node n of a tree has the children 2n + 1 and 2n + 2, the leaves come last, in the order of their indices.
  let first = 0
  let firstLeaf = 0
  let firstSplit = 0
  for (const depth of depths) {
    const leaves = 2 ** depth
    for (let leaf = 0; leaf < leaves; leaf++) {
      value[first + leaves - 1 + leaf] = leafValues[(firstLeaf + leaf) * outputs + output]
      cover[first + leaves - 1 + leaf] = leafWeights[firstLeaf + leaf]
    }
    for (let node = leaves - 2; node >= 0; node--) {
      left[first + node] = first + 2 * node + 1
      right[first + node] = first + 2 * node + 2
      cover[first + node] = cover[left[first + node]] + cover[right[first + node]]
      player[first + node] = ofSlot[splitSlot[firstSplit + depth - 1 - levelOf(node)]]
    }
    first += 2 * leaves - 1
    firstLeaf += leaves
    firstSplit += depth
  }
  const shap = createPathShap({ players: playerColumns.length, player, left, right, value, cover })
  let expected = bias[output]
  let root = 0
  for (const depth of depths) {
    expected += scale * shap.mean[root]
    root += 2 ** (depth + 1) - 1
  }
  const hot = new Int32Array(nodes)
  const shares = new Float64Array(playerColumns.length)

  return (bins, columns) => {
    shares.fill(0)
    let at = 0
    let split = 0
    for (const depth of depths) {
      for (let level = 0; level < depth; level++) {
        const asked = split + depth - 1 - level
        const side = bins[splitSlot[asked]] > splitBorder[asked] ? right : left
        for (let node = at + 2 ** level - 1; node < at + 2 ** (level + 1) - 1; node++) hot[node] = side[node]
      }
      shap.add(at, hot, shares)
      at += 2 ** (depth + 1) - 1
      split += depth
    }
    const result = new Float64Array(columns + 1)
    for (const [i, used] of playerColumns.entries()) {
      for (const column of used) result[column] += (scale * shares[i]) / used.length
    }
    result[columns] = expected
    return result
  }
}

function levelOf(node: number): number {
  return 31 - Math.clz32(node + 1)
}
