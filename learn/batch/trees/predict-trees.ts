import { leafOf } from './leaf-of.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/**
 * Raw scores of one row (`ensemble.features` wide) into `out` (`ensemble.outputs` long): the bias, then the trees in order, so that
 * every way of scoring here adds the same numbers in the same order. Allocates nothing.
 */
export function predictTrees(ensemble: TreeEnsemble, row: Float64Array, out: Float64Array): void {
  const { outputs, bias, treeStart, value } = ensemble
  const trees = treeStart.length - 1
  for (let output = 0; output < outputs; output++) {
    let sum = bias[output]
    for (let tree = output; tree < trees; tree += outputs)
      sum += value[leafOf(ensemble, treeStart[tree], row, 0)]
    out[output] = sum
  }
}
