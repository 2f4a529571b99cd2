import { nextNode } from './next-node.ts'
import { createPathShap } from './path-shap.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

const explainers = new WeakMap<TreeEnsemble, ReturnType<typeof createTreeShap>>()

/**
 * SHAP values of one row for one output: `features + 1` numbers, the last what the trees expect of any row, whose sum is the raw score.
 * Path-dependent: what a feature outside a coalition would have been is drawn from the training rows that passed each node (`cover`).
 */
export function treeShap(ensemble: TreeEnsemble, row: Float64Array, output = 0): Float64Array {
  let explain = explainers.get(ensemble)
  if (!explain) {
    explain = createTreeShap(ensemble)
    explainers.set(ensemble, explain)
  }
  return explain(row, output)
}

function createTreeShap(ensemble: TreeEnsemble): (row: Float64Array, output: number) => Float64Array {
  const { features, outputs, bias, treeStart, feature } = ensemble
  const trees = treeStart.length - 1
  const shap = createPathShap({ ...ensemble, players: features, player: feature })
  const expected = Float64Array.from(bias)
  for (let tree = 0; tree < trees; tree++) expected[tree % outputs] += shap.mean[treeStart[tree]]
  const hot = new Int32Array(feature.length)

  return (row, output) => {
    const result = new Float64Array(features + 1)
    for (let tree = output; tree < trees; tree += outputs) {
      for (let node = treeStart[tree]; node < treeStart[tree + 1]; node++) {
        if (feature[node] >= 0) hot[node] = nextNode(ensemble, node, row, 0)
      }
      shap.add(treeStart[tree], hot, result)
    }
    result[features] = expected[output]
    return result
  }
}
