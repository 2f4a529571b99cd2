import type { TreeSummary } from '../online/tree-regression/regression-tree.ts'
import { createHoeffdingTreeRegressor } from '../online/tree-regression/hoeffding-tree-regressor.ts'
import { createComparison } from './comparison.ts'
import { featureRows, type Features } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

const TOLERANCE = 1e-9
/** Our names for River's parameters. */
const PARAMETERS: Readonly<Record<string, string>> = {
  leaf_prediction: 'leaf',
  grace_period: 'gracePeriod',
  delta: 'delta',
  tau: 'tau',
  max_depth: 'maxDepth',
  model_selector_decay: 'decay',
  min_samples_split: 'minSamples',
  splitter: 'splitter',
  binary_split: 'branches',
  remove_poor_attrs: 'dropPoorColumns',
  merit_preprune: 'preprune',
}
const SPLITTERS: Readonly<Record<string, string>> = { EBST: 'ebst', TEBST: 'tebst', QO: 'qo' }

interface Checkpoint {
  n: number
  pred: (number | null)[]
  summary: Record<string, number>
  preq_abs_err_sum: number
}

interface TreeVectors {
  /** Features, target, and the weight where it is not 1. */
  data: [Features, number, number?][]
  probes: Features[]
  models: Record<string, { params: Record<string, unknown>; checkpoints: Checkpoint[] }>
}

/** Hoeffding tree regressors against those of River: predictions, shape and prequential error at every checkpoint. */
export const verifyHtr: VectorVerifier = ({ bytes }) => {
  const { data, probes, models } = jsonOf<TreeVectors>(bytes)
  const comparison = createComparison()
  for (const [name, { params, checkpoints }] of Object.entries(models)) {
    const numericOnly = name.endsWith('_num') || params.numeric_only === true
    const shown = numericOnly ? withoutTexts : (features: Features) => features
    const { columns, rowOf } = featureRows([...data.map(([x]) => x), ...probes].map(shown))
    const learner = createHoeffdingTreeRegressor({ columns, params: oursOf(params) })
    const due = new Map(checkpoints.map(checkpoint => [checkpoint.n, checkpoint]))
    let error = 0
    let weights = 0
    data.forEach(([features, target, weight = 1], i) => {
      const row = rowOf(shown(features))
      error += Math.abs(target - learner.predict(row))
      learner.learn(row, target, weight)
      weights += weight
      const checkpoint = due.get(i + 1)
      if (!checkpoint) return
      const same = (path: string, actual: unknown, expected: unknown) =>
        comparison.same(`${name}[${i + 1}].${path}`, actual, expected, TOLERANCE)
      same(
        'pred',
        probes.map(probe => learner.predict(rowOf(shown(probe)))),
        checkpoint.pred,
      )
      const summary = { ...namesOfRiver(learner.summary), total_observed_weight: weights }
      for (const [key, expected] of Object.entries(checkpoint.summary)) {
        same(`summary.${key}`, Object.entries(summary).find(([own]) => own === key)?.[1], expected)
      }
      same('preq_abs_err_sum', error, checkpoint.preq_abs_err_sum)
    })
  }
  return comparison.verdict
}

function oursOf(params: Record<string, unknown>): Record<string, string | number> {
  const ours: Record<string, string | number> = { mode: 'river' }
  for (const [key, value] of Object.entries(params)) {
    const name = PARAMETERS[key]
    if (name === undefined) continue
    if (key === 'splitter') ours[name] = SPLITTERS[String(value)] ?? String(value)
    else if (key === 'binary_split') ours[name] = value ? 'binary' : 'multiway'
    else if (typeof value === 'boolean') ours[name] = value ? 'yes' : 'no'
    else if (typeof value === 'number' || typeof value === 'string') ours[name] = value
  }
  return ours
}

function withoutTexts(features: Features): Features {
  return Object.fromEntries(Object.entries(features).filter(([, value]) => typeof value !== 'string'))
}

function namesOfRiver(summary: TreeSummary): Record<string, number> {
  return {
    n_nodes: summary.nodes,
    n_branches: summary.branches,
    n_leaves: summary.leaves,
    n_active_leaves: summary.activeLeaves,
    n_inactive_leaves: summary.inactiveLeaves,
    height: summary.height,
  }
}
