import type { StateReader } from '../../state/reader.ts'
import type { BinaryClassifier, Column } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createLinearDesign, DESIGN_PARAMETERS } from './create-linear-design.ts'
import { linearClassifier, readUpdates } from './linear-classifier.ts'
import { createPassiveAggressiveRule } from './passive-aggressive-rule.ts'

const NAME = 'passive-aggressive-classifier'
const PARAMETERS = {
  ...DESIGN_PARAMETERS,
  aggressiveness: { default: 0.01, min: 1e-12 },
  variant: { default: 1, min: 0, max: 2, integer: true },
}

export const passiveAggressiveClassifierInfo: LearnerInfo = {
  title: 'Passive-aggressive classifier',
  task: 'classification',
  description:
    'Changes its weights as little as makes the example right by a margin of one (Crammer et al. 2006). A ranking, not a calibrated probability.',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/**
 * Parameters: `mode`, `encoding`, `bits` of the design, `aggressiveness` (C of the paper) and `variant` (0: PA, 1: PA-I,
 * 2: PA-II).
 */
export function createPassiveAggressiveClassifier({
  columns,
  params,
  maxBytes,
}: LearnerOptions): BinaryClassifier {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadPassiveAggressiveClassifier(
  input: StateReader,
  columns: readonly Column[],
): BinaryClassifier {
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
  const rule = createPassiveAggressiveRule({ ...parameters, loss, direction }, input)
  return linearClassifier({ name: NAME, spec: PARAMETERS, parameters, design, rule, updates })
}

function loss(margin: number, target: number): number {
  return Math.max(0, 1 - (target > 0 ? margin : -margin))
}

function direction(_margin: number, target: number): number {
  return target > 0 ? 1 : -1
}
