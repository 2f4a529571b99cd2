import type { ParameterValue } from '../online/learner-options.ts'
import { compareForest } from './compare-forest.ts'
import { createComparison } from './comparison.ts'
import type { Features } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

type Params = Record<string, number | string | boolean | null>
type Checkpoint = Parameters<typeof compareForest>[1]['checkpoints'][number]

interface ForestVectors {
  data: [Features, number][]
  probes: Features[]
  forests: Record<string, { params: Params; seed: number; checkpoints: Checkpoint[] }>
}

/** Our parameter for River's. */
const PARAMETERS: Readonly<Record<string, (value: Params[string]) => Record<string, ParameterValue>>> = {
  n_models: value => ({ trees: Number(value) }),
  leaf_prediction: value => ({ leaf: String(value) }),
  aggregation_method: value => ({ aggregation: String(value) }),
  disable_weighted_vote: value => ({ vote: value === false ? 'weighted' : 'equal' }),
  max_features: value => ({ maxColumns: value === null ? 'all' : String(value) }),
  lambda_value: value => ({ lambda: Number(value) }),
  binary_split: value => ({ branches: value === true ? 'binary' : 'multiway' }),
  drift_delta: value => ({ driftDelta: Number(value) }),
  warning_delta: value => ({ warningDelta: Number(value) }),
}

/** Adaptive random forests for regression against River's: predictions, drifts, warnings, prequential error. */
export const verifyForestRegressor: VectorVerifier = ({ bytes }) => {
  const { data, probes, forests } = jsonOf<ForestVectors>(bytes)
  const comparison = createComparison()
  for (const [name, { params, seed, checkpoints }] of Object.entries(forests)) {
    const ours = Object.entries(params).map(([key, value]) => PARAMETERS[key]?.(value) ?? {})
    compareForest(name, { data, probes, params: Object.assign({}, ...ours), seed, checkpoints }, comparison)
  }
  return comparison.verdict
}
