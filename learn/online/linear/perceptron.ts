import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createLinearDesign, DESIGN_PARAMETERS } from './create-linear-design.ts'
import { createGradientRule } from './gradient-rule.ts'
import { linearClassifier, readUpdates } from './linear-classifier.ts'
import { optimizers } from './optimizer.ts'

const NAME = 'perceptron'
const PARAMETERS = { ...DESIGN_PARAMETERS, l2: { default: 0, min: 0 }, clip: { default: 1e12, min: 1e-12 } }

export const perceptronInfo: LearnerInfo = {
  title: 'Perceptron',
  task: 'classification',
  description:
    'Adds a misclassified example to the weights, or subtracts it (Rosenblatt 1958). A ranking, not a calibrated probability.',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/** Parameters: those of logistic regression's design (`mode`, `encoding`, `bits`), `l2` and `clip`. */
export function createPerceptron({ columns, params, maxBytes }: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadPerceptron(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), undefined, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes?: number,
  input?: StateReader,
): BinaryClassifier {
  const optimizer = optimizers.sgd({ rate: 1, beta: 0, l1: 0, ftrlL2: 0 })
  const updates = readUpdates(input)
  const design = createLinearDesign({ learner: NAME, columns, parameters, maxBytes }, input)
  const rule = createGradientRule({ ...parameters, slope, optimizer, interceptRate: 1 }, input)
  return linearClassifier({ name: NAME, spec: PARAMETERS, parameters, design, rule, updates })
}

/** Of the hinge loss with a margin of 0; a point on the border counts as wrong. */
function slope(margin: number, target: number): number {
  const sign = target > 0 ? 1 : -1
  return sign * margin <= 0 ? -sign : 0
}
