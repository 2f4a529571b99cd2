import { oneOf } from '../linear/one-of.ts'
import type { ParameterValues } from '../parameters.ts'
import type { TreeSettings } from './tree-settings.ts'

const YES_NO = { min: 0, max: 1, integer: true }

/** Parameters of every Hoeffding tree; the defaults of the first three differ between a tree and a forest. */
export function treeParameters({ gracePeriod = 200, delta = 1e-7, memoryPeriod = 1_000_000 } = {}) {
  return {
    mode: { default: 'ours' },
    gracePeriod: { default: gracePeriod, min: 1 },
    maxDepth: { default: 980, min: 0, max: 980, integer: true },
    delta: { default: delta, min: 1e-300, max: 1 },
    tau: { default: 0.05, min: 0 },
    criterion: { default: 'info_gain' },
    leaf: { default: 'nba' },
    nbThreshold: { default: 0, min: 0 },
    binarySplit: { default: 0, ...YES_NO },
    minBranchFraction: { default: 0.01, min: 0, max: 0.5 },
    maxShareToSplit: { default: 0.99, min: 0, max: 1 },
    maxSizeMiB: { default: 100, min: 0.01 },
    memoryPeriod: { default: memoryPeriod, min: 1 },
    stopAtLimit: { default: 0, ...YES_NO },
    removePoorColumns: { default: 0, ...YES_NO },
    preprune: { default: 1, ...YES_NO },
  }
}

/** Settings from parameters; throws INVALID_PARAMETER for words that are none of those wanted. */
export function treeSettings(
  learner: string,
  values: ParameterValues<ReturnType<typeof treeParameters>>,
  maxBytes: number,
  maxFeatures = 0,
): TreeSettings {
  return {
    repaired: oneOf(learner, 'mode', values.mode, ['ours', 'river']) === 'ours',
    gracePeriod: values.gracePeriod,
    maxDepth: values.maxDepth,
    delta: values.delta,
    tau: values.tau,
    criterion: oneOf(learner, 'criterion', values.criterion, ['info_gain', 'gini', 'hellinger']),
    leaf: oneOf(learner, 'leaf', values.leaf, ['nba', 'nb', 'mc']),
    nbThreshold: values.nbThreshold,
    binarySplit: values.binarySplit === 1,
    minBranchFraction: values.minBranchFraction,
    maxShareToSplit: values.maxShareToSplit,
    maxBytes: Math.min(values.maxSizeMiB * 1_048_576, maxBytes),
    memoryPeriod: values.memoryPeriod,
    stopAtLimit: values.stopAtLimit === 1,
    removePoorColumns: values.removePoorColumns === 1,
    preprune: values.preprune === 1,
    maxFeatures,
  }
}
