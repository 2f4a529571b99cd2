import type { StateReader } from '../../state/reader.ts'
import type { Column, Regressor } from '../learner.ts'
import type { LearnerInfo } from '../learner-info.ts'
import type { LearnerOptions } from '../learner-options.ts'
import { loadParameters, readParameters, type ParameterValues } from '../parameters.ts'
import { createLinearDesign, DESIGN_PARAMETERS, modeOf } from './create-linear-design.ts'
import { readUpdates } from './linear-classifier.ts'
import { createTargetScale, linearRegressor } from './linear-regressor.ts'
import { createPassiveAggressiveRule } from './passive-aggressive-rule.ts'

const NAME = 'passive-aggressive-regressor'
const PARAMETERS = {
  ...DESIGN_PARAMETERS,
  aggressiveness: { default: 0.01, min: 1e-12 },
  variant: { default: 1, min: 0, max: 2, integer: true },
  tolerance: { default: 0.1, min: 0 },
}

export const passiveAggressiveRegressorInfo: LearnerInfo = {
  title: 'Passive-aggressive regressor',
  task: 'regression',
  description:
    'Changes its weights as little as brings the prediction within a tolerance of the target (Crammer et al. 2006).',
  missing: 'An input of its own; ignored in mode river.',
  additive: true,
}

/**
 * Parameters: `mode`, `encoding`, `bits` of the design (mode `ours` also standardises the target), `aggressiveness` (C of
 * the paper), `variant` (0: PA, 1: PA-I, 2: PA-II) and `tolerance` (epsilon, in standard deviations of the target in
 * mode `ours`, in its unit in mode `river`).
 */
export function createPassiveAggressiveRegressor({ columns, params, maxBytes }: LearnerOptions): Regressor {
  return fromState(columns, readParameters(NAME, PARAMETERS, params), maxBytes)
}

/** Reads what follows the name in a saved learner. */
export function loadPassiveAggressiveRegressor(input: StateReader, columns: readonly Column[]): Regressor {
  return fromState(columns, loadParameters(input, NAME, PARAMETERS), undefined, input)
}

function fromState(
  columns: readonly Column[],
  parameters: ParameterValues<typeof PARAMETERS>,
  maxBytes?: number,
  input?: StateReader,
): Regressor {
  const mode = modeOf(NAME, parameters.mode)
  const { tolerance } = parameters
  const updates = readUpdates(input)
  const targets = createTargetScale(mode, input)
  const design = createLinearDesign({ learner: NAME, columns, parameters, maxBytes }, input)
  // River measures the loss from 2 y - 1, as if the target were a class.
  const goal = mode === 'river' ? (target: number) => 2 * target - 1 : (target: number) => target
  const rule = createPassiveAggressiveRule(
    {
      ...parameters,
      loss: (margin, target) => Math.max(0, Math.abs(margin - goal(target)) - tolerance),
      direction: (margin, target) => Math.sign(target - margin),
    },
    input,
  )
  return linearRegressor({ name: NAME, spec: PARAMETERS, parameters, design, rule, targets, updates })
}
