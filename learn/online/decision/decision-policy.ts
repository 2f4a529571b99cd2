import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { createCostPolicy, loadCostPolicy } from './cost-policy.ts'
import { createFbetaPolicy, loadFbetaPolicy } from './fbeta-policy.ts'

/** Where a score becomes a decision: flag when score >= value(). Learns from matured (score, label) pairs only. */
export interface DecisionPolicy {
  readonly policy: 'fbeta' | 'cost'
  /** The threshold in force, 0..1; to be stored with every prediction made under it. */
  value(): number
  /**
   * `score` is what the model says of the example when its label arrives, before learning it: a score kept since the
   * prediction may come from a model that knew less. Scores outside 0..1 and labels other than 0 and 1 do not count.
   */
  update(score: number, label: 0 | 1): void
  /** The label of an example that `update` counted was wrong. */
  correct(score: number, from: 0 | 1, to: 0 | 1): void
  save(out: StateWriter): void
}

/** Maximises F-beta over the recent past. */
export interface FbetaOptions {
  policy: 'fbeta'
  /** Weight of recall against precision. */
  beta?: number
  /** Matured examples after which an old one counts half. */
  halfLife?: number
  /** Relative gain in F that a new threshold must promise before it replaces the one in force. */
  hysteresis?: number
}

/** Minimises expected cost, given calibrated scores. Costs in any unit. */
export interface CostOptions {
  policy: 'cost'
  falsePositive: number
  falseNegative: number
}

/** Throws INVALID_PARAMETER for an impossible option. */
export function createDecisionPolicy(options: FbetaOptions | CostOptions): DecisionPolicy {
  return options.policy === 'cost' ? createCostPolicy(options) : createFbetaPolicy(options)
}

/** Continues what `save` wrote. */
export function loadDecisionPolicy(input: StateReader): DecisionPolicy {
  const policy = input.str()
  if (policy === 'fbeta') return loadFbetaPolicy(input)
  if (policy === 'cost') return loadCostPolicy(input)
  throw codedError('CHECKPOINT_CORRUPT', `The saved decision policy is ${policy}, wanted fbeta or cost.`)
}
