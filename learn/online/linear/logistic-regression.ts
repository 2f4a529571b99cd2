import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createLinearDesign, DESIGN_PARAMETERS } from './create-linear-design.ts'
import { createGradientRule } from './gradient-rule.ts'
import { linearClassifier, readUpdates } from './linear-classifier.ts'
import { oneOf } from './one-of.ts'
import { OPTIMIZERS, optimizers } from './optimizer.ts'

const NAME = 'logistic-regression'
const PARAMETERS = {
  ...DESIGN_PARAMETERS,
  optimizer: { default: 'adagrad' },
  rate: { default: 0.1, min: 0, max: 100 },
  interceptRate: { default: 0.01, min: 0, max: 100 },
  l2: { default: 0, min: 0 },
  clip: { default: 1e12, min: 1e-12 },
  beta: { default: 1, min: 0 },
  l1: { default: 0, min: 0 },
  ftrlL2: { default: 1, min: 0 },
}

export const logisticRegressionInfo: LearnerInfo = {
  title: 'Logistic regression',
  task: 'classification',
  description:
    'Log-odds that are linear in standardised numbers and categories, or in hashed bins (encoding hashed), learned by SGD, AdaGrad, Adam or FTRL-proximal (McMahan et al. 2013).',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/**
 * Online logistic regression. Parameters: `mode` (`ours`: standardised numbers, absence is an input; `river`: numbers
 * as they are, absence is ignored, event for event equal to River's), `encoding` (`dense` or `hashed` into 2^`bits`),
 * `optimizer` (`sgd`, `adagrad`, `adam`, `ftrl`), `rate` (alpha of FTRL), `interceptRate`, `l2`, `clip` (largest
 * slope), and of FTRL `beta`, `l1`, `ftrlL2`.
 */
export function createLogisticRegression({ columns, params, maxBytes }: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadLogisticRegression(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), undefined, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes?: number,
  input?: StateReader,
): BinaryClassifier {
  const optimizer = optimizers[oneOf(NAME, 'optimizer', parameters.optimizer, OPTIMIZERS)](parameters)
  const updates = readUpdates(input)
  const design = createLinearDesign({ learner: NAME, columns, parameters, maxBytes }, input)
  const rule = createGradientRule({ ...parameters, slope, optimizer }, input)
  return linearClassifier({ name: NAME, spec: PARAMETERS, parameters, design, rule, updates })
}

/** Of the log loss, with River's asymptotes. */
function slope(margin: number, target: number): number {
  const sign = target > 0 ? 1 : -1
  const z = margin * sign
  if (z > 18) return -sign * Math.exp(-z)
  if (z < -18) return -sign
  return -sign / (Math.exp(z) + 1)
}
