import { codedError } from '../../coded-error.ts'
import { oneOf } from '../linear/one-of.ts'
import type { ParameterValues } from '../parameters.ts'
import { treeParameters, treeSettings } from '../tree/tree-parameters.ts'
import type { TreeSettings } from '../tree/tree-settings.ts'
import type { ScoreKind } from './member-score.ts'

export const FOREST_NAME = 'adaptive-random-forest'

/** Parameters of the classifier; defaults are River's, `mode` and `underSample` are ours. */
export const FOREST_PARAMETERS = {
  models: { default: 10, min: 1, max: 200, integer: true },
  lambda: { default: 6, min: 0.1, max: 100 },
  /** `sqrt`, `log2`, `all`, a number of columns, or a share of them below 1. */
  maxFeatures: { default: 'sqrt' },
  metric: { default: 'accuracy' },
  /** Of the metric `rocauc`. */
  thresholds: { default: 10, min: 2, max: 1000, integer: true },
  weightedVote: { default: 1, min: 0, max: 1, integer: true },
  driftDelta: { default: 0.001, min: 1e-300, max: 1 },
  warningDelta: { default: 0.01, min: 1e-300, max: 1 },
  underSample: { default: 'none' },
  /** Share of class 1 that under-sampling aims at; with more classes each counts alike at the default. */
  sampledShare: { default: 0.5, min: 1e-6, max: 1 - 1e-6 },
  ...treeParameters({ gracePeriod: 50, delta: 0.01, memoryPeriod: 2_000_000 }),
}

export interface ForestSettings {
  readonly river: boolean
  readonly models: number
  readonly lambda: number
  readonly metric: ScoreKind
  readonly thresholds: number
  readonly weightedVote: boolean
  readonly driftDelta: number
  readonly warningDelta: number
  readonly underSample: 'none' | 'river' | 'ours'
  readonly sampledShare: number
  /** For rows of so many present columns, which River takes from the first row. */
  treeSettingsFor(present: number): TreeSettings
}

/** Settings from parameters. Throws INVALID_PARAMETER. */
export function forestSettings(
  values: ParameterValues<typeof FOREST_PARAMETERS>,
  maxBytes: number,
): ForestSettings {
  columnsToDraw(values.maxFeatures, 1)
  // Each model has a tree and may have one in the background; arrays keep up to half in reserve.
  const treeBytes = maxBytes / (4 * values.models)
  return {
    river: treeSettings(FOREST_NAME, values, treeBytes).repaired === false,
    models: values.models,
    lambda: values.lambda,
    metric: oneOf(FOREST_NAME, 'metric', values.metric, ['accuracy', 'rocauc']),
    thresholds: values.thresholds,
    weightedVote: values.weightedVote === 1,
    driftDelta: values.driftDelta,
    warningDelta: values.warningDelta,
    underSample: oneOf(FOREST_NAME, 'underSample', values.underSample, ['none', 'river', 'ours']),
    sampledShare: values.sampledShare,
    treeSettingsFor: present =>
      treeSettings(FOREST_NAME, values, treeBytes, columnsToDraw(values.maxFeatures, present)),
  }
}

function columnsToDraw(maxFeatures: string, columns: number): number {
  const given = Number(maxFeatures)
  let wanted: number
  if (maxFeatures === 'sqrt') wanted = halfToEven(Math.sqrt(columns))
  else if (maxFeatures === 'log2') wanted = halfToEven(Math.log2(columns))
  else if (maxFeatures === 'all') wanted = columns
  else if (given > 0 && given < 1) wanted = Math.floor(given * columns)
  else if (Number.isInteger(given) && given >= 1) wanted = given
  else {
    throw codedError(
      'INVALID_PARAMETER',
      `Parameter maxFeatures of ${FOREST_NAME} is ${JSON.stringify(maxFeatures)}, wanted sqrt, log2, all, a whole number or a share below 1.`,
    )
  }
  return Math.min(columns, Math.max(1, wanted))
}

/** Python's round. */
function halfToEven(x: number): number {
  const rounded = Math.round(x)
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
