import { checkTrees } from '../../trees/check-trees.ts'
import { invalidModel } from '../invalid-model.ts'
import { lightgbmLink } from './lightgbm-link.ts'
import type { LightgbmModel } from './lightgbm-model.ts'
import { splitLightgbmText } from './lightgbm-text.ts'
import { readLightgbmTree } from './read-lightgbm-tree.ts'
import { createTreeNodes } from '../tree-nodes.ts'

const MOST_FEATURES = 1_000_000
const MOST_CLASSES = 10_000

/**
 * The model in a text file of LightGBM (`version=v3` or `v4`, as `save_model` writes it): numeric and categorical splits, all missing types.
 * Its raw scores equal those of LightGBM bit for bit. Source: LightGBM 4, src/io/tree.cpp and gbdt_model_text.cpp.
 * @throws Error with code MODEL_INVALID that says where the file is wrong; also for linear trees and random forests, which are not read.
 */
export function readLightgbm(text: string): LightgbmModel {
  const { header, trees } = splitLightgbmText(text)
  const version = header.text('version')
  if (version !== 'v4' && version !== 'v3')
    header.fail(`its version is "${version.slice(0, 20)}", wanted v3 or v4`)
  if (header.has('average_output')) header.fail('random forests (average_output) are not read')
  const features = header.count('max_feature_idx', 0, MOST_FEATURES - 1) + 1
  const outputs = header.count('num_tree_per_iteration', 1, MOST_CLASSES)
  const featureNames = header.text('feature_names').split(' ')
  if (featureNames.length !== features) {
    header.fail(`"feature_names" holds ${featureNames.length} names, wanted ${features}`)
  }
  if (trees.length % outputs !== 0) header.fail(`${trees.length} trees are no multiple of ${outputs} outputs`)
  const objective = header.has('objective') ? header.text('objective') : ''

  const nodes = createTreeNodes(features)
  for (const block of trees) readLightgbmTree(block, features, nodes)
  const model = nodes.finish(outputs)
  const problem = checkTrees(model.ensemble)
  if (problem) throw invalidModel('LightGBM', problem.replace(/\.$/, ''))
  return { ...model, featureNames, objective, link: lightgbmLink(objective) }
}
