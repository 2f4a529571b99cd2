import type { TreeEnsemble } from '../../trees/tree-ensemble.ts'
import { lightgbmTreeText } from './lightgbm-tree-text.ts'

interface WriteLightgbmOptions {
  readonly ensemble: TreeEnsemble
  /** One a feature of the ensemble. */
  readonly featureNames: readonly string[]
  /** Such as `binary sigmoid:1`, `multiclass num_class:3`, `regression`, `quantile alpha:0.5`: what turns raw scores into predictions. */
  readonly objective: string
  /** 1 for features whose zeros count as missing, as `LightgbmModel` has it; by default none. */
  readonly zeroIsMissing?: Uint8Array
}

/**
 * The text of a model that LightGBM 4 loads (`Booster(model_str=…)`) and that then gives the same raw scores bit for bit. The bias goes
 * into the first tree of each output; `cover` becomes counts of rows, so its fractions are rounded, which only SHAP values notice.
 */
export function writeLightgbm({
  ensemble,
  featureNames,
  objective,
  zeroIsMissing,
}: WriteLightgbmOptions): string {
  const { features, outputs, treeStart } = ensemble
  const count = treeStart.length - 1
  const trees: string[] = []
  // The format knows no bias: without trees, one leaf an output stands for it.
  for (let tree = 0; tree < Math.max(count, outputs); tree++)
    trees.push(lightgbmTreeText(ensemble, tree, zeroIsMissing))
  const infos = featureInfos(ensemble)
  const header = [
    'tree',
    'version=v4',
    `num_class=${outputs}`,
    `num_tree_per_iteration=${outputs}`,
    'label_index=0',
    `max_feature_idx=${features - 1}`,
    `objective=${objective}`,
    `feature_names=${Array.from({ length: features }, (_, i) => nameOf(featureNames[i] ?? `f${i}`)).join(' ')}`,
    `feature_infos=${infos.join(' ')}`,
    `tree_sizes=${trees.map(text => text.length).join(' ')}`,
  ]
  return `${header.join('\n')}\n\n${trees.join('')}end of trees\n\nfeature_importances:\n\nparameters:\n\nend of parameters\n`
}

/** LightGBM refuses white space and what JSON uses in names; its sizes count bytes, so names stay ASCII. */
function nameOf(name: string): string {
  return name.replaceAll(/[^\w.\-+]/g, '_')
}

/** What values a feature had, as far as its splits tell: categories, a range, or `none`. */
function featureInfos({
  features,
  feature,
  threshold,
  setStart,
  setWords,
  categorySets,
}: TreeEnsemble): string[] {
  const codes = Array.from({ length: features }, () => new Set<number>())
  const ranges = Array.from({ length: features }, () => [Infinity, -Infinity])
  const seen = new Set<string>()
  for (let node = 0; node < feature.length; node++) {
    const column = feature[node]
    if (column < 0) continue
    // Nodes may share a set.
    const set = `${column} ${setStart[node]} ${setWords[node]}`
    if (setStart[node] >= 0 && seen.has(set)) continue
    if (setStart[node] >= 0) seen.add(set)
    for (let code = 0; code < 32 * setWords[node]; code++) {
      if ((categorySets[setStart[node] + (code >>> 5)] >>> (code & 31)) & 1) codes[column].add(code)
    }
    if (setStart[node] >= 0 || !Number.isFinite(threshold[node])) continue
    ranges[column] = [
      Math.min(ranges[column][0], threshold[node]),
      Math.max(ranges[column][1], threshold[node]),
    ]
  }
  return ranges.map(([low, high], i) => {
    if (codes[i].size > 0) return [...codes[i]].sort((a, b) => a - b).join(':')
    return low <= high ? `[${low}:${high}]` : 'none'
  })
}
