import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createAlmaRule } from './alma-rule.ts'
import { createLinearDesign, DESIGN_PARAMETERS } from './create-linear-design.ts'
import { linearClassifier, readUpdates } from './linear-classifier.ts'

const NAME = 'alma-classifier'
const PARAMETERS = {
  ...DESIGN_PARAMETERS,
  p: { default: 2, min: 1.000001, max: 64 },
  alpha: { default: 0.9, min: 1e-6, max: 1 },
  b: { default: 1 / 0.9, min: 1e-6 },
  c: { default: Math.SQRT2, min: 1e-6 },
}

export const almaClassifierInfo: LearnerInfo = {
  title: 'Approximate large margin classifier',
  task: 'classification',
  description:
    'Weights of bounded norm that approach the largest margin (Gentile 2001). A ranking, not a calibrated probability.',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/** Parameters: `mode`, `encoding`, `bits` of the design, and `p`, `alpha`, `b`, `c` of the paper. */
export function createAlmaClassifier({ columns, params, maxBytes }: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadAlmaClassifier(input: StateReader, columns: readonly Column[]): BinaryClassifier {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), undefined, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes?: number,
  input?: StateReader,
): BinaryClassifier {
  const updates = readUpdates(input)
  const design = createLinearDesign({ learner: NAME, columns, parameters, maxBytes }, input)
  const rule = createAlmaRule(parameters, input)
  return linearClassifier({ name: NAME, spec: PARAMETERS, parameters, design, rule, updates })
}
