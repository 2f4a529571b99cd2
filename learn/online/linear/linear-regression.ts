import type { StateReader } from '../../state/reader.ts'
import type { Column, Regressor } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createLinearDesign, DESIGN_PARAMETERS, modeOf } from './create-linear-design.ts'
import { createGradientRule } from './gradient-rule.ts'
import { readUpdates } from './linear-classifier.ts'
import { createTargetScale, linearRegressor } from './linear-regressor.ts'
import { oneOf } from './one-of.ts'
import { OPTIMIZERS, optimizers } from './optimizer.ts'

const NAME = 'linear-regression'
const PARAMETERS = {
  ...DESIGN_PARAMETERS,
  loss: { default: 'squared' },
  optimizer: { default: 'adagrad' },
  rate: { default: 0.1, min: 0, max: 100 },
  interceptRate: { default: 0.01, min: 0, max: 100 },
  l2: { default: 0, min: 0 },
  clip: { default: 1e12, min: 1e-12 },
  beta: { default: 1, min: 0 },
  l1: { default: 0, min: 0 },
  ftrlL2: { default: 1, min: 0 },
}
const SLOPES = {
  squared: (margin: number, target: number) => 2 * (margin - target),
  absolute: (margin: number, target: number) => (margin > target ? 1 : -1),
}

export const linearRegressionInfo: LearnerInfo = {
  title: 'Linear regression',
  task: 'regression',
  description:
    'A prediction that is linear in standardised numbers and categories, or in hashed bins, learned by SGD, AdaGrad, Adam or FTRL-proximal. Constant time and memory however many columns there are.',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/**
 * Online linear regression. Parameters as for logistic regression, and `loss` (`squared` or `absolute`). Mode `ours`
 * also standardises the target and keeps predictions within the targets seen.
 */
export function createLinearRegression({ columns, params, maxBytes }: LearnerOptions): Regressor {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadLinearRegression(input: StateReader, columns: readonly Column[]): Regressor {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), undefined, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes?: number,
  input?: StateReader,
): Regressor {
  const slope = SLOPES[oneOf(NAME, 'loss', parameters.loss, ['squared', 'absolute'] as const)]
  const optimizer = optimizers[oneOf(NAME, 'optimizer', parameters.optimizer, OPTIMIZERS)](parameters)
  const updates = readUpdates(input)
  const targets = createTargetScale(modeOf(NAME, parameters.mode), input)
  const design = createLinearDesign({ learner: NAME, columns, parameters, maxBytes }, input)
  const rule = createGradientRule({ ...parameters, slope, optimizer }, input)
  return linearRegressor({ name: NAME, spec: PARAMETERS, parameters, design, rule, targets, updates })
}
