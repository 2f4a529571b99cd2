import { codedError } from '../../coded-error.ts'
import { type ParameterValues, readParameters } from '../../online/parameters.ts'

/** Parameters of gradient boosting, all with defaults. */
export const boostingParameterSpec = {
  /** Most trees (per class, for more than two). */
  iterations: { default: 1000, min: 1, max: 20_000, integer: true },
  learningRate: { default: 0.05, min: 0.0001, max: 1 },
  /** Deepest leaf; 1 makes stumps. */
  depth: { default: 6, min: 1, max: 24, integer: true },
  /** Most leaves of a tree. */
  leaves: { default: 64, min: 2, max: 1024, integer: true },
  /** `level` splits all nodes of a depth before the next, `leaf` always the one that gains most. */
  growth: { default: 'level' },
  minLeafRows: { default: 20, min: 1, max: 1e9, integer: true },
  /** Smallest sum of second derivatives in a leaf. */
  minHessian: { default: 0.001, min: 1e-9, max: 1e9 },
  /** Added to the sum of second derivatives wherever it divides. */
  l2: { default: 3, min: 0, max: 1e9 },
  /** Smallest reduction of the loss (twice it, as gains are commonly given) that justifies a split. */
  minGain: { default: 0, min: 0, max: 1e12 },
  /** Most intervals of a numeric column, beside the one for missing values. */
  maxBins: { default: 255, min: 2, max: 255, integer: true },
  /** Share of the rows, and of the columns, that a tree sees. */
  subsample: { default: 1, min: 0.01, max: 1 },
  columnSample: { default: 1, min: 0.01, max: 1 },
  /** Nominal columns of at most so many categories are split one against the others. */
  oneHotMax: { default: 4, min: 0, max: 254, integer: true },
  /** Those of at most so many into two sets; larger ones become target statistics. */
  setMax: { default: 32, min: 0, max: 254, integer: true },
  /** More `l2` for splits into sets, since they fit noise easily. */
  setL2: { default: 10, min: 0, max: 1e9 },
  /** Weight of the overall mean in target statistics, in rows. */
  targetPrior: { default: 10, min: 0.001, max: 1e9 },
  /** Stop after so many iterations without a better validation metric. */
  earlyStoppingRounds: { default: 50, min: 1, max: 20_000, integer: true },
  /** Metric on the validation part; `auto` is the loss that is minimised. */
  metric: { default: 'auto' },
  /** `balanced` weighs each class as much as every other. */
  classWeight: { default: 'none' },
} as const

export type BoostingParams = ParameterValues<typeof boostingParameterSpec>
export type BoostingObjective = 'binary' | 'multiclass' | 'regression' | 'quantile'
export type BoostingMetric = 'auc' | 'averagePrecision' | 'logLoss' | 'mae' | 'rmse' | 'pinball'

const GROWTHS = ['level', 'leaf']
const CLASS_WEIGHTS = ['none', 'balanced']
/** The first is what `auto` means. */
const METRICS: Readonly<Record<BoostingObjective, readonly BoostingMetric[]>> = {
  binary: ['logLoss', 'auc', 'averagePrecision'],
  multiclass: ['logLoss'],
  regression: ['rmse', 'mae'],
  quantile: ['pinball', 'mae', 'rmse'],
}

/** Parameters with defaults filled in. Throws INVALID_PARAMETER. */
export function readBoostingParameters(
  given: Readonly<Record<string, number | string>> | undefined,
  objective: BoostingObjective,
): { params: BoostingParams; metric: BoostingMetric } {
  const params = readParameters('gradient-boosting', boostingParameterSpec, given)
  choose('growth', params.growth, GROWTHS)
  choose('classWeight', params.classWeight, CLASS_WEIGHTS)
  const metrics = METRICS[objective]
  if (params.metric === 'auto') return { params, metric: metrics[0] }
  choose('metric', params.metric, ['auto', ...metrics])
  return { params, metric: params.metric as BoostingMetric }
}

function choose(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return
  throw codedError(
    'INVALID_PARAMETER',
    `Parameter ${name} of gradient-boosting is ${JSON.stringify(value)}, wanted one of ${choices.join(', ')}.`,
  )
}
