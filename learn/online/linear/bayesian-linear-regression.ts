import type { StateReader } from '../../state/reader.ts'
import type { Column, Regressor, Row } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createBayesianRule } from './bayesian-rule.ts'
import { modeOf } from './create-linear-design.ts'
import { createDenseDesign } from './dense-design.ts'
import { readUpdates } from './linear-classifier.ts'
import { createTargetScale, linearRegressor } from './linear-regressor.ts'

const NAME = 'bayesian-linear-regression'
const PARAMETERS = {
  mode: { default: 'ours' },
  alpha: { default: 1, min: 1e-12 },
  beta: { default: 1, min: 1e-12 },
  smoothing: { default: 0, min: 0, max: 1 },
}
/** Inputs of the covariance, whose work per event grows with their square. */
const MAX_INPUTS = 300

export const bayesianLinearRegressionInfo: LearnerInfo = {
  title: 'Bayesian linear regression',
  task: 'regression',
  description:
    'The posterior of a linear regression under a Gaussian prior, which also tells how sure it is (Bishop 2006, section 3.3). For up to 300 inputs.',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/** Also tells the variance of its predictions. */
export interface BayesianLinearRegression extends Regressor {
  /** Variance of the target at this row, noise included, in the target's unit squared. */
  variance(row: Row): number
}

/**
 * Parameters: `mode` (`ours`: intercept, standardised numbers and target; `river`: neither), `alpha` and `beta`
 * (precision of weights and noise), `smoothing` (what the past keeps with each example; 0 for all of it).
 * Categories beyond 300 inputs have no weight of their own.
 */
export function createBayesianLinearRegression({
  columns,
  params,
  maxBytes = Infinity,
}: LearnerOptions): BayesianLinearRegression {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadBayesianLinearRegression(
  input: StateReader,
  columns: readonly Column[],
): BayesianLinearRegression {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), Infinity, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes: number,
  input?: StateReader,
): BayesianLinearRegression {
  const mode = modeOf(NAME, parameters.mode)
  const updates = readUpdates(input)
  const targets = createTargetScale(mode, input)
  // The matrix doubles as it grows, up to twice the inputs by twice the inputs.
  const maxInputs = Math.max(1, Math.min(MAX_INPUTS, Math.floor(Math.sqrt(maxBytes / 32)) - 1))
  const design = createDenseDesign({ columns, encoding: 'dense', mode, bits: 0, maxInputs }, input)
  const rule = createBayesianRule({ ...parameters, constant: mode === 'ours' ? 1 : 0 }, input)
  const learner = linearRegressor({
    name: NAME,
    spec: PARAMETERS,
    parameters,
    design,
    rule,
    targets,
    updates,
  })
  const variance = (row: Row) => targets.unit ** 2 * rule.variance(design.encode(row))
  return Object.defineProperty(learner, 'variance', { value: variance }) as BayesianLinearRegression
}
