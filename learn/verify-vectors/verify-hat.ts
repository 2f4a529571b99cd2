import { createHoeffdingAdaptiveTree } from '../online/adaptive-tree/hoeffding-adaptive-tree.ts'
import { type Comparison, createComparison } from './comparison.ts'
import { type Features, featureRows } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

/** Our names for River's. */
const PARAMETERS: Readonly<Record<string, string>> = {
  grace_period: 'gracePeriod',
  max_depth: 'maxDepth',
  delta: 'delta',
  tau: 'tau',
  split_criterion: 'criterion',
  leaf_prediction: 'leaf',
  nb_threshold: 'nbThreshold',
  binary_split: 'binarySplit',
  bootstrap_sampling: 'bootstrap',
  drift_window_threshold: 'driftWindow',
  switch_significance: 'switchSignificance',
}

interface AdaptiveModel {
  seed: number
  params: Record<string, number | string | boolean>
  checkpoints: {
    n: number
    proba: Record<string, number>[]
    summary: Record<string, number>
    preq_correct: number
  }[]
}

interface HatVectors {
  data: [Features, number][]
  probes: Features[]
  models: Record<string, AdaptiveModel>
}

/** Hoeffding adaptive trees against River's: probabilities, shape, alternates and prequential counts. */
export const verifyHat: VectorVerifier = ({ bytes }) => {
  const vectors = jsonOf<HatVectors>(bytes)
  const comparison = createComparison()
  for (const [name, model] of Object.entries(vectors.models)) verifyModel(comparison, name, model, vectors)
  return comparison.verdict
}

function verifyModel(
  { same }: Comparison,
  name: string,
  { seed, params, checkpoints }: AdaptiveModel,
  { data, probes }: HatVectors,
): void {
  const { columns, rowOf } = featureRows([...data.map(([features]) => features), ...probes])
  const given: Record<string, number | string> = { mode: 'river', bootstrap: 1 }
  for (const [key, value] of Object.entries(params)) {
    if (!Object.hasOwn(PARAMETERS, key)) throw new Error(`The parameter ${key} is none we know.`)
    given[PARAMETERS[key]] = typeof value === 'boolean' ? Number(value) : value
  }
  const tree = createHoeffdingAdaptiveTree({ columns, params: given, seed })
  const probeRows = probes.map(rowOf)
  const out = new Float64Array(8)
  let known = 0
  let correct = 0
  let learned = 0
  for (const { n, proba, summary, preq_correct } of checkpoints) {
    for (; learned < n; learned++) {
      const [features, label] = data[learned]
      const row = rowOf(features)
      tree.predictClasses(row, out)
      if (known > 0 && out.indexOf(Math.max(...out)) === label) correct++
      tree.learnClass(row, label)
      known++
    }
    const at = `${name}.${n}`
    same(`${at}.preq_correct`, correct, preq_correct, 0)
    const { nodes, branches, leaves, height } = tree.shape()
    const shape: Record<string, number> = {
      n_nodes: nodes,
      n_branches: branches,
      n_leaves: leaves,
      height,
      n_alternate_trees: tree.opened,
      n_pruned_alternate_trees: tree.pruned,
      n_switch_alternate_trees: tree.switched,
    }
    for (const [key, value] of Object.entries(shape)) same(`${at}.${key}`, value, summary[key], 0)
    proba.forEach((expected, i) => {
      tree.predictClasses(probeRows[i], out)
      for (const [label, p] of Object.entries(expected))
        same(`${at}.proba[${i}].${label}`, out[Number(label)], p, 1e-9)
    })
  }
}
