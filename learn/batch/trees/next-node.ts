import type { TreeEnsemble } from './tree-ensemble.ts'

/** The child of an inner node that a row goes to; the row begins at `row[offset]`. */
export function nextNode(ensemble: TreeEnsemble, node: number, row: Float64Array, offset: number): number {
  const x = row[offset + ensemble.feature[node]]
  const set = ensemble.setStart[node]
  let goesLeft: boolean
  if (set < 0) goesLeft = x <= ensemble.threshold[node] || (x !== x && ensemble.missingLeft[node] === 1)
  else {
    // NaN fails both comparisons; what lies between -1 and 0 is cut to 0, as a cast in C++ does it for LightGBM.
    const code = x > -1 && x < ensemble.setWords[node] * 32 ? x | 0 : -1
    goesLeft = code >= 0 && ((ensemble.categorySets[set + (code >>> 5)] >>> (code & 31)) & 1) === 1
  }
  return goesLeft ? ensemble.left[node] : ensemble.right[node]
}
