import { readParameters } from '../online/parameters.ts'
import { learnRow } from '../online/tree/learn-row.ts'
import { likeliestClass, predictRow } from '../online/tree/predict-row.ts'
import { createTree, treeColumns } from '../online/tree/tree.ts'
import { treeParameters, treeSettings } from '../online/tree/tree-parameters.ts'
import { treeSummary } from '../online/tree/tree-summary.ts'
import { type Comparison, createComparison } from './comparison.ts'
import { type Features, featureRows } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

/** Our names for River's; `nominal_attributes` decides the kind of columns. */
const PARAMETERS: Readonly<Record<string, string>> = {
  grace_period: 'gracePeriod',
  max_depth: 'maxDepth',
  delta: 'delta',
  tau: 'tau',
  split_criterion: 'criterion',
  leaf_prediction: 'leaf',
  nb_threshold: 'nbThreshold',
  binary_split: 'binarySplit',
  min_branch_fraction: 'minBranchFraction',
  max_share_to_split: 'maxShareToSplit',
  remove_poor_attrs: 'removePoorColumns',
  merit_preprune: 'preprune',
}

interface TreeModel {
  params: Record<string, number | string | boolean | string[]>
  checkpoints: {
    n: number
    proba: Record<string, number>[]
    summary: Record<string, number>
    preq_correct: number
  }[]
}

interface HtcVectors {
  /** Features, label and, where the file has them, weight. */
  data: [Features, number, number?][]
  probes: Features[]
  models: Record<string, TreeModel>
}

/** Hoeffding tree classifiers against River's: probabilities, shape and prequential counts. */
export const verifyHtc: VectorVerifier = ({ bytes }) => {
  const vectors = jsonOf<HtcVectors>(bytes)
  const comparison = createComparison()
  for (const [name, model] of Object.entries(vectors.models)) verifyModel(comparison, name, model, vectors)
  return comparison.verdict
}

function verifyModel(
  { same }: Comparison,
  name: string,
  { params, checkpoints }: TreeModel,
  { data, probes }: HtcVectors,
): void {
  const { nominal_attributes: nominal, ...others } = params
  const dicts = [...data.map(([features]) => features), ...probes]
  const { columns, rowOf } = featureRows(dicts, Array.isArray(nominal) ? nominal : [])
  const given: Record<string, number | string> = { mode: 'river' }
  for (const [key, value] of Object.entries(others)) {
    if (!Object.hasOwn(PARAMETERS, key)) throw new Error(`The parameter ${key} is none we know.`)
    given[PARAMETERS[key]] = typeof value === 'boolean' ? Number(value) : (value as number | string)
  }
  const values = readParameters('hoeffding-tree', treeParameters(), given)
  const tree = createTree(treeColumns(columns), treeSettings('hoeffding-tree', values, Infinity))
  const probeRows = probes.map(rowOf)

  let correct = 0
  let learned = 0
  for (const { n, proba, summary, preq_correct } of checkpoints) {
    for (; learned < n; learned++) {
      const [features, label, weight = 1] = data[learned]
      const row = rowOf(features)
      predictRow(tree, row)
      if (likeliestClass(tree) === label) correct++
      learnRow(tree, row, label, weight)
    }
    const at = `${name}.${n}`
    same(`${at}.preq_correct`, correct, preq_correct, 0)
    const shape = treeSummary(tree)
    const ours = [
      shape.nodes,
      shape.branches,
      shape.leaves,
      shape.activeLeaves,
      shape.inactiveLeaves,
      shape.height,
    ]
    const keys = ['n_nodes', 'n_branches', 'n_leaves', 'n_active_leaves', 'n_inactive_leaves', 'height']
    keys.forEach((key, i) => same(`${at}.${key}`, ours[i], summary[key], 0))
    same(`${at}.total_observed_weight`, shape.totalWeight, summary.total_observed_weight, 1e-9)
    proba.forEach((expected, i) => {
      predictRow(tree, probeRows[i])
      for (const [label, p] of Object.entries(expected)) {
        same(`${at}.proba[${i}].${label}`, tree.votes[Number(label)], p, 1e-9)
      }
    })
  }
}
