import type { TreeEnsemble } from './tree-ensemble.ts'

/** Per feature (`ensemble.features` long): loss reduction summed over all splits on it, and how many there are. */
export function treeImportances(ensemble: TreeEnsemble): { gain: Float64Array; split: Float64Array } {
  const gain = new Float64Array(ensemble.features)
  const split = new Float64Array(ensemble.features)
  for (let node = 0; node < ensemble.feature.length; node++) {
    const feature = ensemble.feature[node]
    if (feature < 0) continue
    gain[feature] += ensemble.gain[node]
    split[feature] += 1
  }
  return { gain, split }
}
